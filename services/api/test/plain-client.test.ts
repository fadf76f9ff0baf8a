import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'

const app = await sharedApp()

const taskFields = ['id', 'title', 'description', 'completed', 'created_at', 'updated_at']
const listFields = ['data', 'total', 'page', 'per_page', 'total_pages', 'next_cursor']

test('a client that knows the five endpoints alone needs nothing else, and is told nothing else', async () => {
  const user = await app.signIn()
  const created = await user.post('/tasks', { title: 'Buy milk' })
  expect([created.status, Object.keys(created.body)]).toEqual([201, taskFields])
  const path = `/tasks/${created.body.id}`

  const list = await user.get('/tasks')
  expect([list.status, Object.keys(list.body)]).toEqual([200, listFields])
  expect(list.body).toEqual({
    data: [created.body],
    total: 1,
    page: 1,
    per_page: 20,
    total_pages: 1,
    next_cursor: null,
  })

  const found = await user.get(path)
  expect([found.status, found.text]).toEqual([200, created.text])

  const patched = await user.patch(path, { completed: true })
  expect([patched.status, Object.keys(patched.body)]).toEqual([200, taskFields])
  expect(patched.body.completed).toBe(true)

  expect(await user.delete(path)).toMatchObject({ status: 204, text: '' })
  expect((await user.get(path)).status).toBe(404)
  expect((await user.get('/tasks')).body).toMatchObject({ data: [], total: 0, page: 1, total_pages: 0 })
})

test('page numbers alone lead through a list, whole and in order', async () => {
  const user = await app.signIn()
  const ids: string[] = []
  for (let index = 0; index < 5; index += 1) {
    ids.unshift((await user.post('/tasks', { title: `Task ${index}` })).body.id)
  }
  const seen: string[] = []
  for (const page of [1, 2, 3]) {
    const { body } = await user.get(`/tasks?page=${page}&per_page=2`)
    expect(body).toMatchObject({ total: 5, page, per_page: 2, total_pages: 3 })
    seen.push(...body.data.map(({ id }: { id: string }) => id))
  }
  expect(new Set(seen)).toEqual(new Set(ids))
  expect(seen).toHaveLength(5)
})

test('what the trash, batches and keys do to a task does not show in it', async () => {
  const user = await app.signIn()
  const { body: batch } = await user.post('/tasks/batch', {
    operations: [{ op: 'create', title: 'By batch' }],
  })
  const { id } = batch.results[0].task
  await user.delete(`/tasks/${id}`)
  await user.post(`/trash/${id}/restore`, undefined, { 'idempotency-key': 'a' })
  const { body: keyed } = await user.post('/tasks', { title: 'By key' }, { 'idempotency-key': 'b' })

  const { body: list } = await user.get('/tasks')
  expect(list.data).toEqual([keyed, batch.results[0].task])
  for (const task of list.data) expect(Object.keys(task)).toEqual(taskFields)
})
