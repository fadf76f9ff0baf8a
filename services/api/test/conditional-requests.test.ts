import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'
import type { Answer } from './support/client.ts'
import { faceOf } from './support/face.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterEach(() => vi.restoreAllMocks())
afterAll(() => app.close())

const tagOf = ({ headers }: Answer) => headers.get('etag') ?? ''

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

test('a PATCH or DELETE with the current tag, or *, in If-Match goes through', async () => {
  const user = await app.signIn()
  for (const condition of [(tag: string) => tag, (tag: string) => `"a", ${tag}, "b"`, () => '*']) {
    const created = await user.post('/tasks', { title: 'Buy milk' })
    const path = `/tasks/${created.body.id}`
    const patched = await user.patch(path, { completed: true }, { 'if-match': condition(tagOf(created)) })
    expect(patched).toMatchObject({ status: 200, body: { completed: true } })
    expect((await user.delete(path, { 'if-match': condition(tagOf(patched)) })).status).toBe(204)
    expect((await user.get(path)).status).toBe(404)
  }
})

test('a 412 for a tag that a proxy has weakened or added to says so, and for any other that it has changed', async () => {
  const user = await app.signIn()
  const created = await user.post('/tasks', { title: 'Buy milk' })
  const path = `/tasks/${created.body.id}`
  const digits = tagOf(created).replaceAll('"', '')
  const detailOf = async (condition: string) => {
    const answer = await user.patch(path, { completed: true }, { 'if-match': condition })
    expect(answer.status, condition).toBe(412)
    expect((await user.delete(path, { 'if-match': condition })).body).toEqual(answer.body)
    return answer.body.detail
  }
  const altered = [`W/"${digits}"`, `"${digits}-gzip"`, `"${digits}--gzip"`, `W/"${digits}-br"`]
  for (const tag of [...altered, `"a", W/"${digits}"`])
    expect(await detailOf(tag), tag).toMatch(
      /^A proxy has weakened the entity tag in If-Match, or added to it/,
    )
  for (const tag of ['"a"', 'W/"a"', '"999999"', '"a-gzip"', '', digits])
    expect(await detailOf(tag), tag).toBe('The task has changed since the entity tag in If-Match was given')
  const absent = await user.patch(`/tasks/${randomUUID()}`, {}, { 'if-match': `W/"${digits}"` })
  expect(absent.status).toBe(404)
  const kept = `W/"${digits}", "${digits}"`
  expect((await user.patch(path, { completed: true }, { 'if-match': kept })).status).toBe(200)
})

test('a PATCH or DELETE with a stale, weak or foreign tag in If-Match is 412 and changes nothing', async () => {
  const user = await app.signIn()
  const created = await user.post('/tasks', { title: 'Buy milk' })
  const path = `/tasks/${created.body.id}`
  const stale = tagOf(created)
  const patched = await user.patch(path, { title: 'Buy bread' })
  const current = tagOf(patched)
  const list = await user.get('/tasks')

  const nonsense = ['"a"', 'a', ',', '"', '"*"', `x${current}`, '"99999999999999999999"', '"-1"', '']
  for (const condition of [stale, `W/${current}`, `"a", ${stale}`, ...nonsense]) {
    const headers = { 'if-match': condition }
    for (const answer of [
      await user.patch(path, { completed: true }, headers),
      await user.patch(path, {}, headers),
      await user.delete(path, headers),
    ]) {
      expect(answer, condition).toMatchObject({ status: 412, body: { code: 'precondition_failed' } })
      expect(answer.headers.get('etag')).toBeNull()
    }
  }
  expect(faceOf(await user.get(path))).toEqual(faceOf(patched))
  expect((await user.get('/tasks')).text).toBe(list.text)
})

test('If-Match tells nothing about a task that is not the caller’s', async () => {
  const [user, other] = [await app.signIn(), await app.signIn()]
  const foreign = await other.post('/tasks', { title: 'Not yours' })
  const deleted = await user.post('/tasks', { title: 'Buy milk' })
  await user.delete(`/tasks/${deleted.body.id}`)
  const absent = faceOf(await user.delete(`/tasks/${randomUUID()}`))
  expect(absent.status).toBe(404)

  for (const id of [foreign.body.id, deleted.body.id, randomUUID()]) {
    for (const condition of ['*', '"a"', tagOf(foreign), tagOf(deleted)]) {
      const headers = { 'if-match': condition }
      expect(faceOf(await user.patch(`/tasks/${id}`, { completed: true }, headers))).toEqual(absent)
      expect(faceOf(await user.delete(`/tasks/${id}`, headers))).toEqual(absent)
    }
  }
  expect((await other.get(`/tasks/${foreign.body.id}`)).body).toEqual(foreign.body)
})

test('a faulty PATCH is 422 whatever its If-Match says', async () => {
  const user = await app.signIn()
  const { body: task } = await user.post('/tasks', { title: 'Buy milk' })
  expect((await user.patch(`/tasks/${task.id}`, { title: '' }, { 'if-match': '"a"' })).status).toBe(422)
})

test('of 20 changes at once with the same If-Match, exactly one goes through', async () => {
  const user = await app.signIn()
  const created = await user.post('/tasks', { title: 'Buy milk' })
  const path = `/tasks/${created.body.id}`
  const headers = { 'if-match': tagOf(created) }
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => user.patch(path, { title: `Writer ${index}` }, headers)),
  )
  const won = answers.filter(({ status }) => status === 200)
  expect(won).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 412)).toHaveLength(19)
  expect((await user.get(path)).body).toEqual(won[0]?.body)
})
