import type { User } from './app.ts'

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
