import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sharedApp } from '../support/app.ts'
import { exportBy, ndjson, taskLine, textOf } from '../support/export.ts'

const app = await sharedApp()

test('while a large import is being written, the user reads and writes, and sees none of it', async () => {
  const user = await app.signIn()
  const { body: own } = await user.post('/tasks', { title: 'Own' })
  const tasks = Array.from({ length: 1000 }, (_, i) => taskLine(i, { id: randomUUID() }))
  const last = tasks.at(-1)
  // The import waits for this transaction at its last task, for as long as the test likes.
  const holder = await app.database.pool.connect()
  await holder.query('begin')
  await holder.query(
    `insert into tasks (user_id, id, title, created_at, updated_at, revision) values ($1, $2, 'Held', now(), now(), 0)`,
    [user.id, last?.id],
  )
  const importing = user.post('/me/import', textOf(exportBy(user.id, tasks)), ndjson)
  const waiting = `select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%jsonb_to_recordset%'`
  await expect.poll(async () => (await app.database.pool.query(waiting)).rowCount).toBe(1)

  expect((await user.patch(`/tasks/${own.id}`, { completed: true })).status).toBe(200)
  expect((await user.post('/tasks', { title: 'Meanwhile' })).status).toBe(201)
  expect((await user.get('/tasks')).body.total).toBe(2)
  expect((await user.get('/tasks/changes')).body.changes).toHaveLength(2)

  await holder.query('rollback')
  holder.release()
  expect((await importing).body).toEqual({ imported: 1000, skipped: 0 })
  expect((await user.get('/tasks')).body.total).toBe(1002)
})
