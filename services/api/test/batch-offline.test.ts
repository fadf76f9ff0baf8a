import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sharedApp, type User } from './support/app.ts'

const app = await sharedApp()

const batch = (user: User, operations: unknown) => user.post('/tasks/batch', { operations })
const create = async (user: User, title = 'Own') => (await user.post('/tasks', { title })).body
const etagOf = async (user: User, id: string) => (await user.get(`/tasks/${id}`)).headers.get('etag')
interface Refusal {
  errors: { path: string }[]
}

const unknown = '01234567-89ab-7def-8123-456789abcdef'

/** All that a refused batch must not have changed. */
async function state(user: User) {
  const answers = await Promise.all(
    ['/me', '/tasks', '/trash', '/tasks/changes'].map((path) => user.get(path)),
  )
  return answers.map(({ body, headers }) => [body, headers.get('etag')])
}

/** The paths that a refusal names, once its status and code are as they are due. */
async function refused(user: User, status: number, code: string, operations: unknown) {
  const before = await state(user)
  const answer = await batch(user, operations)
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code })
  expect(await state(user)).toEqual(before)
  return answer.body.errors.map(({ path }: { path: string }) => path)
}

test('every task in a result has its entity tag beside it, and a deletion has none', async () => {
  const user = await app.signIn()
  const { id } = await create(user)
  const { body } = await batch(user, [
    { op: 'create', title: 'New' },
    { op: 'update', id, title: 'Changed' },
    { op: 'update', id },
    { op: 'delete', id: (await create(user, 'Gone')).id },
  ])
  const [created, updated, same, deleted] = body.results
  expect(created.etag).toBe(await etagOf(user, created.task.id))
  expect(updated.etag).toBe(await etagOf(user, id))
  expect(same.etag).toBe(updated.etag)
  expect(deleted).not.toHaveProperty('etag')
})

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

test('a change and a deletion are done under the entity tag that the task has, or under any', async () => {
  const user = await app.signIn()
  const [a, b, c] = [await create(user), await create(user), await create(user)]
  const { body } = await batch(user, [
    { op: 'update', id: a.id, if_match: await etagOf(user, a.id), title: 'A' },
    { op: 'update', id: b.id, if_match: '*', title: 'B' },
    { op: 'delete', id: b.id, if_match: '*' },
    { op: 'delete', id: c.id, if_match: await etagOf(user, c.id) },
  ])
  expect(body.results.map(({ status }: { status: number }) => status)).toEqual([200, 200, 204, 204])
  expect((await user.get('/tasks')).body.data).toMatchObject([{ id: a.id, title: 'A' }])
})

test('stale entity tags are named, every one, and nothing is done', async () => {
  const user = await app.signIn()
  const [a, b] = [await create(user, 'A'), await create(user, 'B')]
  const [stale, current] = [await etagOf(user, a.id), await etagOf(user, b.id)]
  await user.patch(`/tasks/${a.id}`, { title: 'A2' })
  const paths = await refused(user, 412, 'precondition_failed', [
    { op: 'create', title: 'New' },
    { op: 'update', id: a.id, if_match: stale, title: 'A3' },
    { op: 'update', id: b.id, if_match: current, title: 'B2' },
    { op: 'delete', id: a.id, if_match: stale },
    { op: 'delete', id: b.id, if_match: `W/${current}` },
    { op: 'delete', id: b.id, if_match: '""' },
    { op: 'update', id: b.id, if_match: '"ÿ"' },
  ])
  expect(paths).toEqual([1, 3, 4, 5, 6].map((index) => `/operations/${index}/if_match`))
})

test.each([
  ['404', (_id: string) => [{ op: 'delete', id: unknown }]],
  ['409', (id: string) => [{ op: 'create', id, title: 'Again' }]],
  ['412', (id: string) => [{ op: 'delete', id, if_match: '"1"' }]],
])('a %s is the one that the document shows', async (status, operationsOf) => {
  const user = await app.signIn()
  const { paths } = (await app.anonymous.get('/openapi.json')).body
  const { examples } = paths['/tasks/batch'].post.responses[status].content['application/problem+json']
  const { body } = await batch(user, operationsOf((await create(user)).id))
  const [example] = Object.values<{ value: Refusal }>(examples)
  const withoutPaths = (refusal: Refusal | undefined) => ({
    ...refusal,
    errors: refusal?.errors.map((fault) => ({ ...fault, path: '' })),
  })
  expect(withoutPaths(body)).toEqual(withoutPaths(example?.value))
})

test('a condition is judged after the operations before it, and a refused one counts as not done', async () => {
  const user = await app.signIn()
  const { id } = await create(user)
  const first = await etagOf(user, id)
  const twice = [
    { op: 'update', id, if_match: first, title: 'Changed' },
    { op: 'update', id, if_match: first, title: 'Changed again' },
  ]
  expect(await refused(user, 412, 'precondition_failed', twice)).toEqual(['/operations/1/if_match'])
  const afterRefusal = [
    { op: 'update', id, if_match: '"1"', title: 'Refused' },
    { op: 'update', id, if_match: first, title: 'Changed' },
  ]
  expect(await refused(user, 412, 'precondition_failed', afterRefusal)).toEqual(['/operations/0/if_match'])
  const unchanged = [
    { op: 'update', id, if_match: first },
    { op: 'update', id, if_match: first, title: 'Changed' },
  ]
  expect((await batch(user, unchanged)).status).toBe(200)
})

test.each(['12', 'W/12', '"12", "13"', '"12"x', ' "12"', '', '**', '"1\u0100"', 12, null])(
  'if_match %j is no entity tag, which is told of each operation',
  async (condition) => {
    const user = await app.signIn()
    const { id } = await create(user)
    const paths = await refused(user, 422, 'validation_failed', [
      { op: 'update', id, if_match: condition },
      { op: 'delete', id, if_match: condition },
      { op: 'create', title: 'x', if_match: '*' },
    ])
    expect(paths).toEqual(['/operations/0/if_match', '/operations/1/if_match', '/operations/2/if_match'])
  },
)

test('of several kinds of refusal the batch answers 422, then 404, then 409, then 412', async () => {
  const user = await app.signIn()
  const [first, second] = [await create(user), await create(user)]
  const kindsOf = (id: string) => [
    { op: 'update', id, if_match: '"1"' },
    { op: 'create', id, title: 'Again' },
    { op: 'delete', id: unknown, if_match: '"1"' },
    { op: 'update', id, title: null },
  ]
  const all = [...kindsOf(first.id), ...kindsOf(second.id)]
  const expected = [
    [412, 'precondition_failed', 'if_match'],
    [409, 'conflict', 'id'],
    [404, 'not_found', 'id'],
    [422, 'validation_failed', 'title'],
  ] as const
  for (const [kind, [status, code, field]] of expected.entries()) {
    const operations = all.filter((_, place) => place % 4 <= kind)
    const paths = [kind, 2 * kind + 1].map((place) => `/operations/${place}/${field}`)
    expect(await refused(user, status, code, operations)).toEqual(paths)
  }
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
