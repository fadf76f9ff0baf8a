import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'

import { createTasks, times } from './support/tasks.ts'

const app = await sharedApp()

test('a deleted task is answered with nothing, and its address is not found any more', async () => {
  const user = await app.signIn()
  const [deleted] = await createTasks(user, 1)
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
  const operations = [{ op: 'update', id: deleted.id, completed: true }]
  expect((await user.post('/tasks/batch', { operations })).status).toBe(404)
})

test('no list and no search shows a deleted task, the trash does, and the feed says that it is deleted', async () => {
  const user = await app.signIn()
  const [kept, deleted] = await createTasks(user, 2)
  const lists = ['/tasks', '/tasks?completed=false', '/tasks?sort=title', '/tasks?q=task']
  const totals = () => Promise.all(lists.map(async (path) => (await user.get(path)).body.total))
  expect(await totals()).toEqual([2, 2, 2, 2])
  expect((await user.get('/trash')).body.total).toBe(0)
  const { next } = (await user.get('/tasks/changes')).body

  await user.delete(`/tasks/${deleted.id}`)
  expect(await totals()).toEqual([1, 1, 1, 1])
  for (const path of lists) expect((await user.get(path)).body.data, path).toEqual([kept])
  expect((await user.get('/trash')).body).toMatchObject({ data: [{ id: deleted.id }], total: 1 })
  const { changes } = (await user.get(`/tasks/changes?since=${next}`)).body
  expect(changes).toEqual([{ type: 'deleted', id: deleted.id }])
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
