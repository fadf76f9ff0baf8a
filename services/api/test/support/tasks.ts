import { expect } from 'vitest'
import type { User } from './app.ts'

export async function create(user: User, title = 'Buy milk') {
  return (await user.post('/tasks', { title })).body
}

/** Creates this many tasks at once, and gives back their bodies. */
export async function createTasks(user: User, count: number) {
  const answers = await Promise.all(
    Array.from({ length: count }, (_, index) => user.post('/tasks', { title: `Task ${index + 1}` })),
  )
  return answers.map(({ body }) => body)
}

/** Numbers from 1 to count, to do something that often. */
export function times<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => work(index + 1)))
}

/** The change in the feed that tells this task; which entity tag it has is told by a test of its own. */
export function changeTo(task: object) {
  return { type: 'task', task, etag: expect.stringMatching(/^"\d+"$/) }
}

/** Puts a task into the trash and out of it. */
export async function purge(user: User, { id }: { id: string }) {
  expect((await user.delete(`/tasks/${id}`)).status).toBe(204)
  expect((await user.delete(`/trash/${id}`)).status).toBe(204)
}
