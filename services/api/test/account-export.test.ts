import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'
import { exportBy, linesOf, ndjson, taskLine, textOf } from './support/export.ts'

const app = await sharedApp()

test('/me tells who I am and how many tasks I have', async () => {
  const user = await app.signIn()
  expect((await user.get('/me')).body).toEqual({
    id: user.id,
    created_at: null,
    task_count: 0,
    completed_count: 0,
    trash_count: 0,
  })
  const before = Date.now()
  const tasks = []
  for (const title of ['A', 'B', 'C']) tasks.push((await user.post('/tasks', { title })).body)
  await user.patch(`/tasks/${tasks[0].id}`, { completed: true })
  await user.patch(`/tasks/${tasks[1].id}`, { completed: true })
  await user.delete(`/tasks/${tasks[1].id}`)
  const { body: me } = await user.get('/me')
  expect(me).toMatchObject({ id: user.id, task_count: 2, completed_count: 1, trash_count: 1 })
  expect(Date.parse(me.created_at)).toBeGreaterThanOrEqual(before)
  expect(Date.parse(me.created_at)).toBeLessThanOrEqual(Date.now())
})

test('an export has every task, the deleted ones too, and nobody else’s', async () => {
  const [user, other] = [await app.signIn(), await app.signIn()]
  const { body: kept } = await user.post('/tasks', { title: 'Kept', description: 'a "quoted"\nline' })
  const { body: deleted } = await user.post('/tasks', { title: 'Deleted' })
  await user.delete(`/tasks/${deleted.id}`)
  await other.post('/tasks', { title: 'Of another' })
  const { body: trash } = await user.get('/trash')

  const answer = await user.get('/me/export')
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8')
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="tasklane-export.ndjson"')
  expect(answer.text.endsWith('\n')).toBe(true)
  const [head, ...lines] = linesOf(answer)
  expect(head).toMatchObject({ type: 'export', version: 1, user_id: user.id })
  expect(lines).toEqual([
    { type: 'task', ...kept, deleted_at: null },
    { type: 'task', ...deleted, deleted_at: trash.data[0].deleted_at },
    { type: 'end', count: 2 },
  ])
})

test('a user without a task exports a beginning and an end', async () => {
  const user = await app.signIn()
  expect(linesOf(await user.get('/me/export')).slice(1)).toEqual([{ type: 'end', count: 0 }])
})

test('an export of thousands of tasks is whole, and comes in pieces', async () => {
  const user = await app.signIn()
  const tasks = Array.from({ length: 2001 }, (_, i) => taskLine(i))
  expect((await user.post('/me/import', textOf(exportBy(user.id, tasks)), ndjson)).status).toBe(200)
  const answer = await user.get('/me/export')
  expect(answer.headers.has('content-length')).toBe(false)
  expect(linesOf(answer).slice(1)).toEqual([...tasks, { type: 'end', count: 2001 }])
})

test('HEAD of an export answers the headers without asking the database', async () => {
  const user = await app.signIn()
  await user.post('/tasks', { title: 'Buy milk' })
  let queries = 0
  const count = () => {
    queries += 1
  }
  app.database.pool.on('acquire', count)
  const answer = await user.head('/me/export')
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8')
  expect(queries).toBe(0)
  await user.get('/me/export')
  expect(queries).toBe(1)
  app.database.pool.off('acquire', count)
})

test('exports whose clients go away hold no connection', async () => {
  const user = await app.signIn()
  const tasks = Array.from({ length: 1500 }, (_, i) => taskLine(i, { description: 'x'.repeat(2000) }))
  expect((await user.post('/me/import', textOf(exportBy(user.id, tasks)), ndjson)).status).toBe(200)
  // More of them than there are connections, each left after the first bytes.
  for (let i = 0; i < 6; i += 1) {
    const abort = new AbortController()
    const headers = { authorization: `Bearer ${user.token}` }
    const response = await fetch(`${app.url}/me/export`, { headers, signal: abort.signal })
    await response.body?.getReader().read()
    abort.abort()
  }
  expect(linesOf(await user.get('/me/export')).at(-1)).toEqual({ type: 'end', count: 1500 })
  const { pool } = app.database
  expect({ idle: pool.idleCount, waiting: pool.waitingCount }).toEqual({ idle: pool.totalCount, waiting: 0 })
})
