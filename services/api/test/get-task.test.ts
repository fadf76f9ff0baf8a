import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'

const app = await sharedApp()

test('a task is found by its id in any case, and answered in lower case', async () => {
  const user = await app.signIn()
  const { body: task } = await user.post('/tasks', { title: 'Buy milk' })
  const answer = await user.get(`/tasks/${task.id.toUpperCase()}`)
  expect(answer.status).toBe(200)
  expect(answer.text).toBe((await user.get(`/tasks/${task.id}`)).text)
  expect(answer.body).toEqual(task)
})

test('reading a task again and again changes neither it nor its tag', async () => {
  const user = await app.signIn()
  const created = await user.post('/tasks', { title: 'Buy milk' })
  for (const _ of [1, 2, 3]) {
    const { text, headers } = await user.get(`/tasks/${created.body.id}`)
    expect(text).toBe(created.text)
    expect(headers.get('etag')).toBe(created.headers.get('etag'))
  }
})

test('no answer shows anything of how a task is stored', async () => {
  const user = await app.signIn()
  const { body: task } = await user.post('/tasks', { title: 'Buy milk' })
  const answers = [
    await user.get(`/tasks/${task.id}`),
    await user.get('/tasks'),
    await user.patch(`/tasks/${task.id}`, { completed: true }),
  ]
  for (const { status, text } of answers) {
    expect(status).toBe(200)
    expect(text).toContain(task.id)
    expect(text).not.toMatch(/user_id|is_deleted|deleted_at|revision/)
    expect(text).not.toContain(user.id)
  }
})
