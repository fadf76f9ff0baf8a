import { createClient, type Task } from '../../src/index.ts'
import { sharedServer } from '../shared-server.ts'

const server = sharedServer()

/** Another program of the same user, which keeps nothing. */
export const plainClient = (userId: string) =>
  createClient({ baseUrl: server.url, token: () => server.token(userId), sleep: async () => {} })

/** All live tasks, as the API lists them. */
export async function listed(
  userId: string,
  sort: 'created_at' | 'position' = 'created_at',
): Promise<Task[]> {
  const tasks: Task[] = []
  for await (const task of plainClient(userId).tasks({ sort })) tasks.push(task)
  return tasks
}
