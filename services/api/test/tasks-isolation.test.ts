import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

test("a user can neither see, change nor delete another user's task", async () => {
  const [alice, bob] = [await app.signIn(), await app.signIn()]
  const { body: task } = await alice.post('/tasks', { title: 'Buy milk' })

  expect((await bob.get(`/tasks/${task.id}`)).status).toBe(404)
  expect((await bob.patch(`/tasks/${task.id}`, { completed: true })).status).toBe(404)
  expect((await bob.delete(`/tasks/${task.id}`)).status).toBe(404)
  expect((await bob.get('/tasks')).body).toMatchObject({ data: [], total: 0 })

  // The refusals mean nothing unless the task was there all along, untouched.
  const answer = await alice.get(`/tasks/${task.id}`)
  expect(answer.body).toEqual(task)
})
