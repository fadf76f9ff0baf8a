import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'
import type { Answer } from './support/client.ts'
import { tagOf } from './support/entity-tags.ts'
import { faceOf } from './support/face.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterEach(() => vi.restoreAllMocks())
afterAll(() => app.close())

test('the ETag of a task is strong and changes exactly when the task does', async () => {
  const user = await app.signIn()
  const created = await user.post('/tasks', { title: 'Buy milk' })
  const path = `/tasks/${created.body.id}`
  const first = tagOf(created)
  expect(first).toMatch(/^"[\x21\x23-\x7e]+"$/)

  const other = await user.post('/tasks', { title: 'Another' })
  await user.delete(`/tasks/${other.body.id}`)
  const same = [
    await user.get(path),
    await user.head(path),
    await user.patch(path, {}),
    await user.patch(path, { title: ' Buy milk ', description: null, completed: false }),
  ]
  expect(same.map(tagOf)).toEqual([first, first, first, first])

  const changes = [{ title: 'Buy bread' }, { description: '' }, { completed: true }, { completed: false }]
  const tags = [first]
  for (const change of changes) {
    tags.push(tagOf(await user.patch(path, change)))
    expect(tagOf(await user.get(path))).toBe(tags.at(-1))
  }
  expect(new Set(tags).size).toBe(5)
})

test('a GET or HEAD that names the current tag in If-None-Match is 304, without a body', async () => {
  const user = await app.signIn()
  const created = await user.post('/tasks', { title: 'Buy milk' })
  const path = `/tasks/${created.body.id}`
  const tag = tagOf(created)

  for (const condition of [tag, `W/${tag}`, `"a", ${tag}`, `W/"a",W/${tag},"b"`, '*']) {
    for (const method of ['GET', 'HEAD']) {
      const answer = await user.request(method, path, undefined, { 'if-none-match': condition })
      expect(answer, `${method} ${condition}`).toMatchObject({ status: 304, text: '' })
      expect(tagOf(answer)).toBe(tag)
      expect(answer.headers.get('cache-control')).toBe('private, no-cache')
      expect(answer.headers.get('vary')).toBe('Authorization')
    }
  }
})

test('a GET that names any other tag in If-None-Match is answered in full', async () => {
  const user = await app.signIn()
  const created = await user.post('/tasks', { title: 'Buy milk' })
  const path = `/tasks/${created.body.id}`
  const old = tagOf(created)
  const { body: task } = await user.patch(path, { title: 'Buy bread' })
  const current = tagOf(await user.get(path))

  const conditions = [old, '"a"', 'W/"a", "b"', current.replaceAll('"', ''), `x${current}`, `"*"`, ',', '"']
  for (const condition of conditions) {
    const answer = await user.get(path, { 'if-none-match': condition })
    expect(answer, condition).toMatchObject({ status: 200, body: task })
    expect(tagOf(answer)).toBe(current)
  }
})

test('If-None-Match tells nothing about a task that is not the caller’s', async () => {
  const [user, other] = [await app.signIn(), await app.signIn()]
  const foreign = await other.post('/tasks', { title: 'Not yours' })
  const deleted = await user.post('/tasks', { title: 'Buy milk' })
  await user.delete(`/tasks/${deleted.body.id}`)

  const absent = faceOf(await user.get(`/tasks/${randomUUID()}`))
  expect(absent.status).toBe(404)
  for (const task of [foreign, deleted]) {
    for (const condition of ['*', tagOf(task), '"a"']) {
      const answer = await user.get(`/tasks/${task.body.id}`, { 'if-none-match': condition })
      expect(faceOf(answer), condition).toEqual(absent)
    }
  }
  const seen = await other.get(`/tasks/${foreign.body.id}`, { 'if-none-match': '*' })
  expect(seen.status).toBe(304)
})

const listPaths = [
  '/tasks',
  '/tasks?page=2&per_page=1',
  '/tasks?page=99',
  '/tasks?completed=true',
  '/tasks?sort=title&per_page=2',
  '/tasks?q=milk',
]

test('an unchanged list is a 304, whichever page, filter or sort of it', async () => {
  const user = await app.signIn()
  for (const title of ['Buy milk', 'Buy bread', 'Milk the cow']) await user.post('/tasks', { title })
  const { body } = await user.get('/tasks?per_page=1')

  for (const path of [...listPaths, `/tasks?per_page=1&cursor=${body.next_cursor}`]) {
    const tag = tagOf(await user.get(path))
    expect(tag, path).toMatch(/^"[\x21\x23-\x7e]+"$/)
    for (const condition of [tag, `W/${tag}`, `"a", ${tag}`, '*']) {
      const answer = await user.get(path, { 'if-none-match': condition })
      expect(answer, `${path} ${condition}`).toMatchObject({ status: 304, text: '' })
      expect(tagOf(answer)).toBe(tag)
      expect((await user.head(path, { 'if-none-match': condition })).status).toBe(304)
    }
    expect((await user.get(path, { 'if-none-match': '"a"' })).status).toBe(200)
  }
})

test('every change of any task makes the list another one, and only a change does', async () => {
  const user = await app.signIn()
  const { body: task } = await user.post('/tasks', { title: 'Buy milk' })
  const { body: doomed } = await user.post('/tasks', { title: 'Buy bread' })
  const changes: (() => Promise<Answer>)[] = [
    () => user.post('/tasks', { title: 'Sleep' }),
    () => user.patch(`/tasks/${task.id}`, { title: 'Buy more milk' }),
    () => user.patch(`/tasks/${task.id}`, { completed: true }),
    () => user.delete(`/tasks/${task.id}`),
    () => user.post(`/trash/${task.id}/restore`),
    () => user.post('/tasks/batch', { operations: [{ op: 'delete', id: doomed.id }] }),
  ]
  for (const change of changes) {
    const condition = { 'if-none-match': tagOf(await user.get('/tasks')) }
    expect((await user.get('/tasks', condition)).status).toBe(304)
    expect((await change()).status).toBeLessThan(300)
    expect((await user.get('/tasks', condition)).status).toBe(200)
  }

  const { body: trashed } = await user.get('/trash')
  const condition = { 'if-none-match': tagOf(await user.get('/tasks')) }
  await user.patch(`/tasks/${task.id}`, { completed: true })
  await user.patch(`/tasks/${doomed.id}`, { completed: true })
  await (await app.signIn()).post('/tasks', { title: 'Somebody else’s' })
  expect((await user.delete(`/trash/${trashed.data[0].id}`)).status).toBe(204)
  expect((await user.get('/tasks', condition)).status).toBe(304)
})

test('a list that was never written to is a 304 as well, until the first task', async () => {
  const user = await app.signIn()
  const condition = { 'if-none-match': tagOf(await user.get('/tasks')) }
  expect((await user.get('/tasks', condition)).status).toBe(304)
  await user.post('/tasks', { title: 'Buy milk' })
  expect((await user.get('/tasks', condition)).status).toBe(200)
})

test('an unchanged list costs one statement, which reads the list’s one row', async () => {
  const user = await app.signIn()
  await user.post('/tasks', { title: 'Buy milk' })
  const condition = { 'if-none-match': tagOf(await user.get('/tasks')) }
  const read = vi.spyOn(app.database, 'read')
  const others = [vi.spyOn(app.database, 'write'), vi.spyOn(app.database, 'inOwnTransaction')]

  for (const path of listPaths) expect((await user.get(path, condition)).status).toBe(304)

  const statements = read.mock.calls.flatMap(([, steps]) => steps.map(({ statement }) => statement.text))
  expect(statements).toEqual(listPaths.map(() => 'select revision from task_lists where user_id = $1'))
  for (const spy of others) expect(spy).not.toHaveBeenCalled()
})

test('a faulty list query is refused even if the list is unchanged', async () => {
  const user = await app.signIn()
  for (const query of ['cursor=x', 'page=1&cursor=x', 'sort=id', 'per_page=0']) {
    expect((await user.get(`/tasks?${query}`, { 'if-none-match': '*' })).status, query).toBe(422)
  }
})
