import { expect, test } from 'vitest'
import { sharedApp, type User } from './support/app.ts'
import { seededTask, seedTasks } from './support/seed.ts'
import { idsOf } from './support/walk.ts'

const app = await sharedApp()

/** From the top. */
const order = async (user: User) => idsOf(await user.get('/tasks?sort=position&per_page=100'))

/** Tasks of the names, the first one on top. */
async function userWith(names: string): Promise<{ user: User; ids: Record<string, string> }> {
  const user = await app.signIn()
  const ids: Record<string, string> = {}
  for (const title of [...names].toReversed()) ids[title] = (await user.post('/tasks', { title })).body.id
  return { user, ids }
}

test('a task is put right above or right below another one, and updated_at stays', async () => {
  const { user, ids } = await userWith('abcd')
  const { a = '', b = '', c = '', d = '' } = ids
  const before = await user.get(`/tasks/${d}`)
  const moved = await user.post(`/tasks/${d}/move`, { before: b })
  expect(moved.body).toEqual({ ...before.body, position: expect.any(String) })
  expect(moved.headers.get('etag')).not.toBe(before.headers.get('etag'))
  expect((await user.get(`/tasks/${d}`)).headers.get('etag')).toBe(moved.headers.get('etag'))
  expect(await order(user)).toEqual([a, d, b, c])
  await user.post(`/tasks/${a}/move`, { after: c })
  expect(await order(user)).toEqual([d, b, c, a])
  await user.post(`/tasks/${c}/move`, { before: d })
  expect(await order(user)).toEqual([c, d, b, a])
  expect((await user.get('/tasks/changes')).body.changes.at(-1)).toMatchObject({ task: { id: c } })
  const { body: newest } = await user.post('/tasks', { title: 'e' })
  expect((await order(user))[0]).toBe(newest.id)
})

test('tasks of one place get places of their own when something is put between them', async () => {
  const user = await app.signIn()
  const tasks = Array.from({ length: 9 }, (_, index) => seededTask({ title: `${index}` }))
  await seedTasks(app.database, user.id, tasks)
  let wanted = await order(user)
  for (const [from, to, side] of [
    [8, 3, 'before'],
    [0, 4, 'after'],
    [5, 5, 'before'],
    [2, 7, 'after'],
  ] as const) {
    const [id = ''] = wanted.splice(from, 1)
    const neighbour = wanted[Math.min(to, wanted.length - 1)] ?? ''
    expect((await user.post(`/tasks/${id}/move`, { [side]: neighbour })).status).toBe(200)
    wanted = wanted.flatMap((each) =>
      each !== neighbour ? [each] : side === 'before' ? [id, each] : [each, id],
    )
    expect(await order(user)).toEqual(wanted)
  }
  const { body } = await user.get('/tasks/changes')
  expect(body.changes).toHaveLength(9)
})

test("a neighbour that is no task of the caller's, or the task itself, is refused", async () => {
  const { user, ids } = await userWith('abc')
  const { user: stranger, ids: theirs } = await userWith('xy')
  const { a = '', b = '', c = '' } = ids
  await user.delete(`/tasks/${c}`)
  const was = await order(user)
  const missing = '01979f3e-5d1c-7b3a-9c2e-4f6d8a1b2c3d'
  for (const [task, body] of [
    [a, { before: c }],
    [a, { after: theirs['x'] }],
    [a, { before: missing }],
    [c, { before: a }],
    [theirs['x'], { before: a }],
    [missing, { before: a }],
  ] as const) {
    const answer = await user.post(`/tasks/${task}/move`, body)
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found', detail: 'Task not found' } })
  }
  for (const body of [
    {},
    { before: a },
    { before: b, after: b },
    { before: null },
    { above: b },
    { after: 'b' },
  ]) {
    expect((await user.post(`/tasks/${a}/move`, body)).status, JSON.stringify(body)).toBe(422)
  }
  expect(await order(user)).toEqual(was)
  expect(await order(stranger)).toEqual([theirs['x'], theirs['y']])
  expect((await user.post(`/tasks/${b}/move`, { before: a })).status).toBe(200)
  expect(await order(user)).toEqual(was.toReversed())
})

test('a move that is sent again with its key is done once', async () => {
  const { user, ids } = await userWith('abc')
  const { a = '', b = '', c = '' } = ids
  const key = { 'idempotency-key': 'move' }
  const first = await user.post(`/tasks/${c}/move`, { before: a }, key)
  await user.post(`/tasks/${c}/move`, { after: b })
  const again = await user.post(`/tasks/${c}/move`, { before: a }, key)
  expect(again.text).toBe(first.text)
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  expect(await order(user)).toEqual([a, b, c])
})

test('moves into one gap, one after another, leave places short', async () => {
  const { user, ids } = await userWith('abcd')
  const { a = '', b = '', c = '', d = '' } = ids
  let length = 0
  for (let round = 0; round < 20; round += 1) {
    for (const id of [c, d]) {
      const { body } = await user.post(`/tasks/${id}/move`, { after: a })
      length = body.position.length
    }
  }
  expect(length).toBeLessThan(24 + 40 / 4)
  expect(await order(user)).toEqual([a, d, c, b])
})

test('after two hundred moves into one gap, from above and from below, places are short and the order is right', async () => {
  const { user, ids } = await userWith('abcdef')
  const { a = '', b = '', c = '', d = '', e = '', f = '' } = ids
  let last: { id: string; position: string }[] = []
  for (let round = 0; round < 2; round += 1) {
    const into = [
      [c, { after: a }],
      [d, { after: a }],
      [e, { before: b }],
      [f, { before: b }],
    ] as const
    const operations = Array.from({ length: 25 }, () =>
      into.map(([id, place]) => ({ op: 'move', id, ...place })),
    )
    const { body } = await user.post('/tasks/batch', { operations: operations.flat() })
    expect(body.results).toHaveLength(100)
    last = body.results.map(({ task }: { task: (typeof last)[number] }) => task)
    // Each six moves make it one longer: a thousand stay under 200.
    expect(Math.max(...last.map(({ position }) => position.length))).toBeLessThan(24 + 200 / 5)
  }
  expect(last.length).toBe(100)
  expect(await order(user)).toEqual([a, d, c, e, f, b])
})

test('the tags of live tasks are listed by code point, with how many open tasks carry each', async () => {
  const [user, stranger] = [await app.signIn(), await app.signIn()]
  expect((await user.get('/tags')).body).toEqual({ data: [] })
  const create = async (tags: string[]) => (await user.post('/tasks', { title: 'a', tags })).body.id
  await create(['home', 'Zoo'])
  const done = await create(['home', 'done'])
  const deleted = await create(['gone'])
  await create(['\uffee', '😀'])
  await user.patch(`/tasks/${done}`, { completed: true })
  await user.delete(`/tasks/${deleted}`)
  await stranger.post('/tasks', { title: 'b', tags: ['theirs'] })
  expect((await user.get('/tags')).body.data).toEqual([
    { tag: 'Zoo', open_count: 1 },
    { tag: 'done', open_count: 0 },
    { tag: 'home', open_count: 1 },
    { tag: '\uffee', open_count: 1 },
    { tag: '😀', open_count: 1 },
  ])
  expect((await stranger.get('/tags')).body.data).toEqual([{ tag: 'theirs', open_count: 1 }])
  expect((await app.anonymous.get('/tags')).status).toBe(401)
})
