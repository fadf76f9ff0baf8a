import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'
import { batch, refused, state } from './support/batches.ts'
import { etagOf } from './support/entity-tags.ts'
import { create } from './support/tasks.ts'

const app = await sharedApp()

test('a client names what it creates, and later operations of the batch know it by that name', async () => {
  const user = await app.signIn()
  const [kept, dropped] = [randomUUID(), randomUUID()]
  const { status, body } = await batch(user, [
    { op: 'create', id: kept.toUpperCase(), title: 'Made offline' },
    { op: 'create', id: dropped, title: 'Dropped' },
    { op: 'update', id: kept, completed: true },
    { op: 'delete', id: dropped },
  ])
  expect(status).toBe(200)
  expect(body.results[0].task.id).toBe(kept)
  expect((await user.get(`/tasks/${kept}`)).body).toEqual(body.results[2].task)
  expect((await user.get('/trash')).body.data).toMatchObject([{ id: dropped }])
  expect((await user.get('/me')).body).toMatchObject({ task_count: 1, completed_count: 1, trash_count: 1 })
})

test('an id that the caller has, live or deleted, is a conflict that names every such operation', async () => {
  const user = await app.signIn()
  const [live, deleted] = [await create(user, 'Live'), await create(user, 'Deleted')]
  await user.delete(`/tasks/${deleted.id}`)
  const paths = await refused(user, 409, 'conflict', [
    { op: 'create', title: 'New' },
    { op: 'create', id: live.id, title: 'Again' },
    { op: 'create', id: randomUUID(), title: 'New as well' },
    { op: 'create', id: deleted.id.toUpperCase(), title: 'Again' },
  ])
  expect(paths).toEqual(['/operations/1/id', '/operations/3/id'])
})

test('an id that a batch deletes is not free again in the same batch', async () => {
  const user = await app.signIn()
  const { id } = await create(user)
  const operations = [
    { op: 'delete', id },
    { op: 'create', id, title: 'Again' },
  ]
  expect(await refused(user, 409, 'conflict', operations)).toEqual(['/operations/1/id'])
})

test('one id twice in a batch is told together with all other faults', async () => {
  const user = await app.signIn()
  const id = randomUUID()
  const paths = await refused(user, 422, 'validation_failed', [
    { op: 'create', id, title: 'Once' },
    { op: 'create', id: id.toUpperCase(), title: 'Twice' },
    { op: 'create', id, title: '' },
    { op: 'create', id: 'no-uuid', title: 'x' },
    { op: 'create', id: 'no-uuid', title: 'x' },
    { op: 'create', id: null, title: 'x' },
  ])
  expect(paths.toSorted()).toEqual([
    '/operations/1/id',
    '/operations/2/id',
    '/operations/2/title',
    '/operations/3/id',
    '/operations/4/id',
    '/operations/4/id',
    '/operations/5/id',
  ])
})

test("another user's id is no conflict, whether live or deleted, and each keeps their own task", async () => {
  const [alice, bob] = [await app.signIn(), await app.signIn()]
  const [live, deleted] = [await create(alice, 'Live'), await create(alice, 'Deleted')]
  await alice.delete(`/tasks/${deleted.id}`)
  const before = await state(alice)
  for (const id of [live.id, deleted.id]) {
    const answer = await batch(bob, [{ op: 'create', id, title: "Bob's" }])
    expect(answer).toMatchObject({ status: 200, body: { results: [{ task: { id, title: "Bob's" } }] } })
  }
  expect(await state(alice)).toEqual(before)
  expect((await bob.get('/tasks')).body.total).toBe(2)
})

test('two batches at once that create the same id make one task, and the other is a conflict', async () => {
  const user = await app.signIn()
  await create(user)
  const id = randomUUID()
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => batch(user, [{ op: 'create', id, title: `Try ${index}` }])),
  )
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(409)])
  expect((await user.get('/tasks')).body.total).toBe(2)
})

test('POST /tasks takes no id', async () => {
  const user = await app.signIn()
  const answer = await user.post('/tasks', { id: randomUUID(), title: 'x' })
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: '/id' }] } })
})

test('moves of a batch come one after another, and name what the batch has just made', async () => {
  const user = await app.signIn()
  const [first, second, third] = await Promise.all(['1', '2', '3'].map((title) => create(user, title)))
  const made = randomUUID()
  const { status, body } = await batch(user, [
    { op: 'create', id: made, title: 'Made' },
    { op: 'move', id: made, after: first.id },
    { op: 'move', id: first.id, after: made },
    { op: 'update', id: made, title: 'Made and moved' },
    { op: 'move', id: third.id, before: second.id },
    { op: 'move', id: second.id, before: third.id, if_match: await etagOf(user, second.id) },
  ])
  expect(status).toBe(200)
  expect(body.results.map(({ op }: { op: string }) => op)).toEqual([
    ...['create', 'move', 'move', 'update', 'move', 'move'],
  ])
  expect(body.results[5].etag).toBe(await etagOf(user, second.id))
  const { data } = (await user.get('/tasks?sort=position')).body
  const order = data.map(({ id }: { id: string }) => id)
  expect(order.indexOf(made)).toBe(order.indexOf(first.id) - 1)
  expect(order.indexOf(second.id)).toBe(order.indexOf(third.id) - 1)
  expect(data.find(({ id }: { id: string }) => id === made).title).toBe('Made and moved')
})

test('a move to a task that is not there, or from a state that has changed, is refused by its place', async () => {
  const user = await app.signIn()
  const other = await create(await app.signIn(), 'Foreign')
  const [a, b] = [await create(user, 'A'), await create(user, 'B')]
  const fresh = await etagOf(user, a.id)
  await user.patch(`/tasks/${a.id}`, { title: 'A again' })
  expect(
    await refused(user, 404, 'not_found', [
      { op: 'move', id: a.id, before: other.id },
      { op: 'move', id: other.id, before: a.id },
      { op: 'move', id: b.id, after: a.id },
    ]),
  ).toEqual(['/operations/0/before', '/operations/1/id'])
  expect(
    await refused(user, 412, 'precondition_failed', [{ op: 'move', id: a.id, after: b.id, if_match: fresh }]),
  ).toEqual(['/operations/0/if_match'])
  expect(
    await refused(user, 422, 'validation_failed', [
      { op: 'move', id: a.id, after: a.id },
      { op: 'move', id: a.id },
      { op: 'move', id: a.id, after: b.id, before: b.id },
    ]),
  ).toEqual(['/operations/0/after', '/operations/1/before', '/operations/2/after'])
  expect((await batch(user, [{ op: 'move', id: a.id, after: b.id }])).status).toBe(200)
})
