import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import { createTasks, times } from './support/tasks.ts'

const QUOTA = 10

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ MAX_TASKS_PER_USER: String(QUOTA) })
})
afterAll(() => app.close())

const countsOf = async (user: User) => {
  const { task_count, trash_count } = (await user.get('/me')).body
  return { task_count, trash_count }
}

async function expectRefused(user: User, work: () => Promise<unknown>): Promise<void> {
  const [counts, list] = [await countsOf(user), await user.get('/tasks')]
  expect(await work()).toMatchObject({
    status: 422,
    body: {
      code: 'quota_exceeded',
      title: 'Quota exceeded',
      detail: expect.stringContaining(`${QUOTA} tasks`),
    },
  })
  expect(await countsOf(user)).toEqual(counts)
  const after = await user.get('/tasks')
  expect([after.body, after.headers.get('etag')]).toEqual([list.body, list.headers.get('etag')])
}

test('a user may have as many tasks as the quota says, and another user as many again', async () => {
  const [user, other] = [await app.signIn(), await app.signIn()]
  await createTasks(user, QUOTA)
  await expectRefused(user, () => user.post('/tasks', { title: 'One more' }))
  expect((await other.post('/tasks', { title: 'Theirs' })).status).toBe(201)
})

test('of fifty tasks created at once, exactly as many are made as there is room for', async () => {
  const user = await app.signIn()
  await createTasks(user, 3)
  const answers = await times(50, (index) => user.post('/tasks', { title: `Task ${index}` }))
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 201)).toHaveLength(QUOTA - 3)
  expect(statuses.filter((status) => status === 422)).toHaveLength(50 - QUOTA + 3)
  expect(await countsOf(user)).toEqual({ task_count: QUOTA, trash_count: 0 })
})

test('fifty first writes at once of a new user stop at the quota too, with and without a batch', async () => {
  const user = await app.signIn()
  const two = {
    operations: [
      { op: 'create', title: 'A' },
      { op: 'create', title: 'B' },
    ],
  }
  await times(50, (index) =>
    index % 2 === 0 ? user.post('/tasks', { title: 'T' }) : user.post('/tasks/batch', two),
  )
  expect((await countsOf(user)).task_count).toBe(QUOTA)
  expect((await user.get('/tasks?per_page=100')).body.data).toHaveLength(QUOTA)
})

test('the trash counts, deleting makes no room, restoring needs none, and purging makes some', async () => {
  const user = await app.signIn()
  const [first] = await createTasks(user, QUOTA)
  await user.delete(`/tasks/${first.id}`)
  await expectRefused(user, () => user.post('/tasks', { title: 'One more' }))
  expect((await user.post(`/trash/${first.id}/restore`)).status).toBe(200)
  await user.delete(`/tasks/${first.id}`)
  await user.delete(`/trash/${first.id}`)
  expect((await user.post('/tasks', { title: 'One more' })).status).toBe(201)
  await expectRefused(user, () => user.post('/tasks', { title: 'And another' }))
})

test('a batch that goes past the quota does nothing at all', async () => {
  const user = await app.signIn()
  const [first] = await createTasks(user, QUOTA - 1)
  const create = (title: string) => ({ op: 'create', title })
  const change = { op: 'update', id: first.id, title: 'Changed' }
  await expectRefused(user, () =>
    user.post('/tasks/batch', { operations: [change, create('A'), create('B')] }),
  )
  const done = await user.post('/tasks/batch', { operations: [change, create('A')] })
  expect(done.status).toBe(200)
  const last = await user.post('/tasks/batch', { operations: [{ ...change, title: 'Again' }] })
  expect(last.status).toBe(200)
})

test('an import that goes past the quota is refused, and one of what is there already is not', async () => {
  const [user, other] = [await app.signIn(), await app.signIn()]
  const [first] = await createTasks(user, 6)
  await user.delete(`/tasks/${first.id}`)
  await createTasks(other, 5)
  const ndjson = { 'content-type': 'application/x-ndjson' }
  const exported = (await user.get('/me/export')).text
  await expectRefused(other, () => other.post('/me/import', exported, ndjson))
  await createTasks(user, QUOTA - 6)
  expect((await user.post('/me/import', exported, ndjson)).body).toEqual({ imported: 0, skipped: 6 })
  const fresh = await app.signIn()
  expect((await fresh.post('/me/import', exported, ndjson)).body).toEqual({ imported: 6, skipped: 0 })
})

test('at the quota a repeated POST is answered as before, and a refused one may be tried again', async () => {
  const user = await app.signIn()
  await createTasks(user, QUOTA - 1)
  const last = await user.post('/tasks', { title: 'Last' }, { 'idempotency-key': 'last' })
  const repeat = await user.post('/tasks', { title: 'Last' }, { 'idempotency-key': 'last' })
  expect([repeat.status, repeat.text]).toEqual([201, last.text])
  expect(repeat.headers.get('idempotency-replayed')).toBe('true')
  const refused = () => user.post('/tasks', { title: 'More' }, { 'idempotency-key': 'more' })
  await expectRefused(user, refused)
  await user.delete(`/tasks/${last.body.id}`)
  await user.delete('/trash')
  expect((await refused()).status).toBe(201)
})

test('a quota of 0 is none', async () => {
  const generous = await startTestApp({ MAX_TASKS_PER_USER: '0' })
  try {
    const user = await generous.signIn()
    await createTasks(user, QUOTA + 5)
    expect((await user.get('/tasks')).body.total).toBe(QUOTA + 5)
  } finally {
    await generous.close()
  }
})

test('a task that repeats is not completed where there is no room for the next one, and keeps its place', async () => {
  const user = await app.signIn()
  const { body: task } = await user.post('/tasks', {
    title: 'Water',
    due: '2026-11-20',
    recurrence: 'FREQ=DAILY',
  })
  const others = await createTasks(user, QUOTA - 1)
  await expectRefused(user, () => user.patch(`/tasks/${task.id}`, { completed: true }))
  expect((await user.get(`/tasks/${task.id}`)).body).toEqual(task)
  await user.delete(`/tasks/${others[0].id}`)
  await user.delete(`/trash/${others[0].id}`)
  const { headers } = await user.patch(`/tasks/${task.id}`, { completed: true })
  expect(headers.get('link')).toMatch(/rel="next"$/)
})
