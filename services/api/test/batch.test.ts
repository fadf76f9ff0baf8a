import { expect, test } from 'vitest'
import { sharedApp, type User } from './support/app.ts'
import { changeTo } from './support/tasks.ts'

const app = await sharedApp()

const batch = (user: User, operations: unknown, headers?: Record<string, string>) =>
  user.post('/tasks/batch', { operations }, headers)
const create = async (user: User, title: string) => (await user.post('/tasks', { title })).body

/** All that a failed batch must not have changed. */
async function state(user: User) {
  const [me, list, trash, feed] = await Promise.all(
    ['/me', '/tasks', '/trash', '/tasks/changes'].map((path) => user.get(path)),
  )
  return [me?.body, list?.body, list?.headers.get('etag'), trash?.body, feed?.body]
}

test('creations, changes and deletions are done in order, each with its result', async () => {
  const user = await app.signIn()
  const [a, b] = [await create(user, 'A'), await create(user, 'B')]
  const { next } = (await user.get('/tasks/changes')).body
  const { status, body } = await batch(user, [
    { op: 'update', id: a.id, title: 'A2', completed: true },
    { op: 'create', title: '  New ', description: '' },
    { op: 'delete', id: b.id },
    { op: 'update', id: a.id.toUpperCase(), description: 'again' },
  ])
  expect(status).toBe(200)
  const [updated, created, deleted, again] = body.results
  expect(updated).toMatchObject({
    op: 'update',
    status: 200,
    task: { id: a.id, title: 'A2', completed: true, description: null },
  })
  expect(created).toMatchObject({
    op: 'create',
    status: 201,
    task: { title: 'New', description: '', completed: false },
  })
  expect(deleted).toEqual({ op: 'delete', status: 204, id: b.id })
  expect(again).toMatchObject({ status: 200, task: { id: a.id, title: 'A2', description: 'again' } })

  expect((await user.get(`/tasks/${a.id}`)).body).toEqual(again.task)
  expect((await user.get(`/tasks/${created.task.id}`)).body).toEqual(created.task)
  expect((await user.get('/me')).body).toMatchObject({ task_count: 2, completed_count: 1, trash_count: 1 })
  // Each operation has a revision of its own: the feed tells them one after another.
  const feed = (await user.get(`/tasks/changes?since=${next}`)).body
  expect(feed.changes).toEqual([changeTo(created.task), { type: 'deleted', id: b.id }, changeTo(again.task)])
  const singly = (await user.get(`/tasks/changes?since=${next}&limit=1`)).body
  expect(singly).toMatchObject({ changes: [feed.changes[0]], has_more: true })
})

test('a user’s first write may be a batch, and a hundred operations are one', async () => {
  const user = await app.signIn()
  const operations = Array.from({ length: 100 }, (_, i) => ({ op: 'create', title: `Task ${i}` }))
  const { body } = await batch(user, operations)
  expect(body.results).toHaveLength(100)
  const { changes } = (await user.get('/tasks/changes')).body
  expect(changes.map((change: { task: { title: string } }) => change.task.title)).toEqual(
    operations.map(({ title }) => title),
  )
  expect((await user.get('/me')).body.task_count).toBe(100)
})

test.each([
  ['a foreign id', async (_user: User, other: User) => (await create(other, 'Of another')).id],
  ['an id that never was', async () => '01234567-89ab-7def-8123-456789abcdef'],
  [
    'a deleted id',
    async (user: User) => {
      const { id } = await create(user, 'Deleted')
      await user.delete(`/tasks/${id}`)
      return id
    },
  ],
])('%s at the end undoes everything before it, with the same refusal', async (_what, idOf) => {
  const [user, other] = [await app.signIn(), await app.signIn()]
  const own = await create(user, 'Own')
  const id = await idOf(user, other)
  const [before, othersBefore] = [await state(user), await state(other)]
  for (const last of [
    { op: 'update', id, title: 'Taken' },
    { op: 'update', id },
    { op: 'delete', id },
  ]) {
    const answer = await batch(user, [
      { op: 'create', title: 'New' },
      { op: 'update', id: own.id, completed: true },
      { op: 'delete', id: own.id },
      last,
    ])
    expect(answer.status).toBe(404)
    expect(answer.body).toEqual({
      type: 'about:blank',
      title: 'Not found',
      status: 404,
      code: 'not_found',
      detail: 'Nothing was changed, since some of the tasks were not found',
      errors: [{ in: 'body', path: '/operations/3/id', message: 'is not the id of a task' }],
    })
    expect(await state(user)).toEqual(before)
    expect(await state(other)).toEqual(othersBefore)
  }
})

test('a task that an earlier operation deleted is not there for a later one', async () => {
  const user = await app.signIn()
  const { id } = await create(user, 'Once')
  const before = await state(user)
  const answer = await batch(user, [
    { op: 'delete', id },
    { op: 'update', id, title: 'Too late' },
    { op: 'delete', id },
  ])
  expect(answer.status).toBe(404)
  expect(answer.body.errors.map(({ path }: { path: string }) => path)).toEqual([
    '/operations/1/id',
    '/operations/2/id',
  ])
  expect(await state(user)).toEqual(before)
})

test('every fault is told by the index and the field, and nothing is done', async () => {
  const user = await app.signIn()
  await create(user, 'Own')
  const before = await state(user)
  const answer = await batch(user, [
    { op: 'create', title: 'Good' },
    { op: 'create', title: ' \t' },
    { op: 'create', title: 'a\0b' },
    { op: 'create', title: 'x', description: '\ud800' },
    { op: 'create', title: 'x'.repeat(201) },
    { op: 'create', title: 'x', completed: true },
    { op: 'create' },
    { op: 'update', id: 'no-uuid', title: null },
    { op: 'update', title: 'x' },
    { op: 'delete', id: '01234567-89ab-7def-8123-456789abcdef', title: 'x' },
    { op: 'upsert', title: 'x' },
    { title: 'x' },
    'create',
    null,
  ])
  expect(answer.status).toBe(422)
  const paths = answer.body.errors.map(({ path }: { path: string }) => path)
  expect(paths.toSorted()).toEqual(
    [
      '/operations/1/title',
      '/operations/2/title',
      '/operations/3/description',
      '/operations/4/title',
      '/operations/5/completed',
      '/operations/6/title',
      '/operations/7/id',
      '/operations/7/title',
      '/operations/8/id',
      '/operations/9/title',
      '/operations/10/op',
      '/operations/11/op',
      '/operations/12',
      '/operations/13',
    ].toSorted(),
  )
  expect(await state(user)).toEqual(before)
})

test('none, over a hundred, and anything but a list of operations is refused', async () => {
  const user = await app.signIn()
  const one = { op: 'create', title: 'x' }
  for (const operations of [[], Array(101).fill(one), one, null, undefined, 'x', { 0: one }]) {
    const answer = await batch(user, operations)
    expect(answer.status).toBe(422)
    expect(answer.body.errors).toMatchObject([{ in: 'body', path: '/operations' }])
  }
  const extra = await user.post('/tasks/batch', { operations: [one], user_id: user.id })
  expect(extra.body.errors).toMatchObject([{ in: 'body', path: '/user_id' }])
  expect((await user.get('/tasks')).body.total).toBe(0)
})

test('a body may have 1 MiB here, and not a byte more', async () => {
  const user = await app.signIn()
  const operations = Array.from({ length: 100 }, () => ({
    op: 'create',
    title: 'x',
    description: '😀'.repeat(2000),
  }))
  const text = JSON.stringify({ operations })
  expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024)
  const padded = (bytes: number) => text + ' '.repeat(bytes - Buffer.byteLength(text))
  expect((await user.post('/tasks/batch', padded(1024 * 1024 + 1))).status).toBe(413)
  expect((await user.get('/tasks')).body.total).toBe(0)
  expect((await user.post('/tasks/batch', padded(1024 * 1024))).status).toBe(200)
  expect((await user.get('/tasks')).body.total).toBe(100)
})

test('with an Idempotency-Key a repeat answers the same, byte for byte, and does nothing', async () => {
  const user = await app.signIn()
  const key = { 'idempotency-key': 'batch-1' }
  const operations = [{ op: 'create', title: 'Once' }]
  const answers = await Promise.all(Array.from({ length: 10 }, () => batch(user, operations, key)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1)
  expect((await user.get('/tasks')).body.total).toBe(1)
  const other = await batch(user, [{ op: 'create', title: 'Another' }], key)
  expect(other.body.code).toBe('idempotency_key_reused')
  expect((await user.get('/tasks')).body.total).toBe(1)
})

test('a batch that failed leaves its Idempotency-Key free', async () => {
  const user = await app.signIn()
  const key = { 'idempotency-key': 'batch-2' }
  const id = '01234567-89ab-7def-8123-456789abcdef'
  expect((await batch(user, [{ op: 'delete', id }], key)).status).toBe(404)
  expect((await batch(user, [{ op: 'create', title: 'Now' }], key)).status).toBe(200)
})

test('batches and single writes at once leave counts that are exact', async () => {
  const user = await app.signIn()
  const { id } = await create(user, 'Shared')
  const work = Array.from({ length: 10 }, (_, i) => [
    batch(user, [
      { op: 'create', title: `Task ${i}` },
      { op: 'update', id, completed: i % 2 === 0 },
    ]),
    user.patch(`/tasks/${id}`, { completed: i % 2 === 1 }),
    user.post('/tasks', { title: `Single ${i}` }),
  ])
  const answers = await Promise.all(work.flat())
  expect(answers.map(({ status }) => status).filter((status) => status >= 400)).toEqual([])
  const { body } = await user.get('/tasks?per_page=100')
  const completed = body.data.filter((task: { completed: boolean }) => task.completed).length
  expect(body.total).toBe(21)
  expect((await user.get('/me')).body).toMatchObject({ task_count: 21, completed_count: completed })
})

test('half a million operations are refused by their number', async () => {
  const user = await app.signIn()
  const { status, body } = await user.post('/tasks/batch', `{"operations":[${'0,'.repeat(500_000)}0]}`)
  expect(status).toBe(422)
  expect(body.errors).toHaveLength(100)
  expect(body.errors[0]).toEqual({ in: 'body', path: '/operations', message: 'must have at most 100 items' })
})
