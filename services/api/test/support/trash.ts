import { expect } from 'vitest'
import type { User } from './app.ts'

/** Creates this many tasks in one batch, and gives back their ids. */
export async function createBatch(user: User, count: number): Promise<string[]> {
  const operations = Array.from({ length: count }, (_, index) => ({ op: 'create', title: `Task ${index}` }))
  const { body } = await user.post('/tasks/batch', { operations })
  return body.results.map(({ task }: { task: { id: string } }) => task.id)
}

/** The ids of this many new tasks in the trash, the first deletion first. */
export async function trash(user: User, count: number): Promise<string[]> {
  const ids = await createBatch(user, count)
  for (const id of ids) expect((await user.delete(`/tasks/${id}`)).status).toBe(204)
  return ids
}
