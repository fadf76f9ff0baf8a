import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'

import { createTasks, times } from './support/tasks.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

test('a deleted task is answered with nothing, and no endpoint shows it again', async () => {
  const user = await app.signIn()
  const [kept, deleted] = await createTasks(user, 2)
  const path = `/tasks/${deleted.id}`
  expect((await user.get(path)).status).toBe(200)

  const { status, text, headers } = await user.delete(path)
  expect(status).toBe(204)
  expect(text).toBe('')
  expect(headers.has('content-type')).toBe(false)

  expect((await user.get(path)).status).toBe(404)
  expect((await user.head(path)).status).toBe(404)
  expect((await user.patch(path, { completed: true })).status).toBe(404)
  expect((await user.delete(path)).status).toBe(404)
  expect((await user.get('/tasks')).body).toMatchObject({ data: [kept], total: 1, total_pages: 1 })
})

test('the row of a deleted task stays as it was, flagged', async () => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  await user.delete(`/tasks/${task.id}`)
  const { rows } = await app.database.pool.query(
    'select title, is_deleted, deleted_at is not null as has_time from tasks where user_id = $1 and id = $2',
    [user.id, task.id],
  )
  expect(rows).toEqual([{ title: task.title, is_deleted: true, has_time: true }])
})

test('an upper-case id deletes the task, too', async () => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  expect((await user.delete(`/tasks/${task.id.toUpperCase()}`)).status).toBe(204)
  expect((await user.get('/tasks')).body.total).toBe(0)
})

test('a content type without a body is nothing to refuse a deletion for', async () => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  const answer = await user.request('DELETE', `/tasks/${task.id}`, '', { 'content-type': 'application/json' })
  expect(answer.status).toBe(204)
})

test('of fifty deletions of one task at once, one succeeds', async () => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 2)
  const answers = await times(50, () => user.delete(`/tasks/${task.id}`))
  const statuses = answers.map(({ status }) => status).sort()
  expect(statuses).toEqual([204, ...Array(49).fill(404)])
  expect((await user.get('/tasks')).body.total).toBe(1)
})
