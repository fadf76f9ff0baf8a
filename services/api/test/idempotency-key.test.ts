import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'
import { faceOf } from './support/face.ts'
import { expectReplay, isReplay, keyed, trashedTask } from './support/replays.ts'

const app = await sharedApp()

test('a repeated POST /tasks answers the first answer again and makes nothing', async () => {
  const user = await app.signIn()
  const task = { title: ' Buy "milk" \u2028 😀 ', description: '' }
  const first = await user.post('/tasks', task, keyed('a'))
  expect(first).toMatchObject({ status: 201, body: { title: 'Buy "milk" \u2028 😀', description: '' } })
  expect(first.headers.get('location')).toBe(`/tasks/${first.body.id}`)
  expect(first.headers.get('etag')).not.toBeNull()
  expect(faceOf(await user.get(`/tasks/${first.body.id}`))).toMatchObject({ status: 200, text: first.text })

  expectReplay(await user.post('/tasks', task, keyed('a')), first)
  await user.patch(`/tasks/${first.body.id}`, { completed: true })
  expectReplay(await user.post('/tasks', task, keyed('a')), first)
  await user.delete(`/tasks/${first.body.id}`)
  expectReplay(await user.post('/tasks', task, keyed('a')), first)
  expect((await user.get('/tasks')).body.total).toBe(0)
  expect((await user.get('/trash')).body.total).toBe(1)
})

test('an answer with a key is the answer without one', async () => {
  const user = await app.signIn()
  const answers = [
    await user.post('/tasks', { title: 'a' }),
    await user.post('/tasks', { title: 'a' }, keyed('a')),
  ]
  const [without, withKey] = answers.map(({ status, headers, body }) => ({
    status,
    fields: Object.keys(body),
    headers: [...headers.keys()],
    type: headers.get('content-type'),
  }))
  expect(withKey).toEqual(without)
  const [, tag] = answers.map(({ headers }) => headers.get('etag'))
  expect((await user.get(`/tasks/${answers[1]?.body.id}`)).headers.get('etag')).toBe(tag)
})

test('a repeated restore answers the first answer again, though the task is not in the trash any more', async () => {
  const user = await app.signIn()
  const id = await trashedTask(user)
  const first = await user.post(`/trash/${id}/restore`, undefined, keyed('a'))
  expect(first).toMatchObject({ status: 200, body: { id } })
  expect(first.headers.get('etag')).toBe((await user.get(`/tasks/${id}`)).headers.get('etag'))

  expectReplay(await user.post(`/trash/${id}/restore`, undefined, keyed('a')), first)
  await user.delete(`/tasks/${id}`)
  expectReplay(await user.post(`/trash/${id}/restore`, undefined, keyed('a')), first)
  expect((await user.get(`/tasks/${id}`)).status).toBe(404)
})

test('a repeated batch answers the first answer again, though what it deleted is gone', async () => {
  const user = await app.signIn()
  const { body: doomed } = await user.post('/tasks', { title: 'Doomed' })
  const batch = {
    operations: [
      { op: 'create', title: 'Made' },
      { op: 'delete', id: doomed.id },
    ],
  }
  const first = await user.post('/tasks/batch', batch, keyed('a'))
  expect(first.body.results.map(({ status }: { status: number }) => status)).toEqual([201, 204])
  expectReplay(await user.post('/tasks/batch', batch, keyed('a')), first)
  expect((await user.get('/tasks')).body.total).toBe(1)
})

test('the same key for another body or another route is refused, and nothing happens', async () => {
  const user = await app.signIn()
  const [id, other] = [await trashedTask(user), await trashedTask(user)]
  await user.post('/tasks', { title: 'First' }, keyed('create'))
  await user.post('/tasks/batch', { operations: [{ op: 'create', title: 'Second' }] }, keyed('batch'))
  await user.post(`/trash/${id}/restore`, undefined, keyed('restore'))
  const before = await user.get('/tasks')
  expect(before.body.total).toBe(3)

  const requests: [string, unknown][] = [
    ['/tasks', { title: 'Other' }],
    ['/tasks', { title: 'First', description: null }],
    ['/tasks/batch', { operations: [{ op: 'create', title: 'Other' }] }],
    [`/trash/${other}/restore`, undefined],
    [`/trash/${randomUUID()}/restore`, undefined],
  ]
  for (const key of ['create', 'batch', 'restore']) {
    for (const [path, body] of requests) {
      const answer = await user.post(path, body, keyed(key))
      expect(answer, `${key} ${path}`).toMatchObject({
        status: 422,
        body: { code: 'idempotency_key_reused' },
      })
    }
  }
  expect((await user.get('/tasks')).text).toBe(before.text)
  expect((await user.get('/trash')).body.total).toBe(1)
})

test('a key is its user’s own', async () => {
  const [alice, bob] = [await app.signIn(), await app.signIn()]
  const hers = await alice.post('/tasks', { title: 'Hers' }, keyed('a'))
  const his = await bob.post('/tasks', { title: 'His' }, keyed('a'))
  expect(his).toMatchObject({ status: 201, body: { title: 'His' } })
  expect(isReplay(his)).toBe(false)
  expectReplay(await alice.post('/tasks', { title: 'Hers' }, keyed('a')), hers)
  expectReplay(await bob.post('/tasks', { title: 'His' }, keyed('a')), his)
})

test('a refused request is not remembered', async () => {
  const user = await app.signIn()
  expect((await user.post('/tasks', { title: '' }, keyed('a'))).status).toBe(422)
  const { body: task } = await user.post('/tasks', { title: 'Buy milk' }, keyed('a'))
  expect(task.title).toBe('Buy milk')

  expect((await user.post(`/trash/${task.id}/restore`, undefined, keyed('b'))).status).toBe(404)
  const batch = {
    operations: [
      { op: 'create', title: 'New' },
      { op: 'delete', id: randomUUID() },
    ],
  }
  expect((await user.post('/tasks/batch', batch, keyed('c'))).status).toBe(404)
  expect((await user.get('/tasks')).body.total).toBe(1)

  await user.delete(`/tasks/${task.id}`)
  const restored = await user.post(`/trash/${task.id}/restore`, undefined, keyed('b'))
  expect([restored.status, isReplay(restored)]).toEqual([200, false])
  const done = await user.post('/tasks/batch', { operations: [{ op: 'delete', id: task.id }] }, keyed('c'))
  expect([done.status, isReplay(done)]).toEqual([200, false])
})

test('a key that is not 1 to 255 visible ASCII characters is refused, whatever the route', async () => {
  const user = await app.signIn()
  const id = await trashedTask(user)
  const routes: [string, unknown][] = [
    ['/tasks', { title: 'Buy milk' }],
    ['/tasks/batch', { operations: [{ op: 'create', title: 'Buy milk' }] }],
    [`/trash/${id}/restore`, undefined],
    [`/trash/${randomUUID()}/restore`, undefined],
  ]
  for (const [path, body] of routes) {
    for (const key of ['', 'a b', 'a\tb', 'é', 'a, b', 'x'.repeat(256)]) {
      const answer = await user.post(path, body, keyed(key))
      expect(answer, `${path} ${key}`).toMatchObject({
        status: 422,
        body: { code: 'validation_failed', errors: [{ in: 'header', path: '/idempotency-key' }] },
      })
    }
  }
  expect((await user.get('/tasks')).body.total).toBe(0)
  for (const key of ['!', '~', '"quoted"', 'x'.repeat(255), "';--", '%00', '\\']) {
    const first = await user.post('/tasks', { title: 'Buy milk' }, keyed(key))
    expectReplay(await user.post('/tasks', { title: 'Buy milk' }, keyed(key)), first)
  }
  expect((await user.get('/tasks')).body.total).toBe(7)
})

test('a faulty key is told together with the faults of the body', async () => {
  const user = await app.signIn()
  const { status, body } = await user.post('/tasks', { title: '' }, keyed('a b'))
  expect(status).toBe(422)
  expect(body.errors).toEqual([
    { in: 'header', path: '/idempotency-key', message: 'must be 1 to 255 visible ASCII characters' },
    { in: 'body', path: '/title', message: 'must not be blank' },
  ])
})
