import type { Feature } from '../feature.ts'
import type { TokenSealer } from '../http/contract/sealed-token.ts'
import { OwnedTasks } from './queries.ts'
import { taskRoutes } from './routes.ts'
import { Task } from './schema.ts'

declare module 'fastify' {
  interface FastifyRequest {
    readonly tasks: OwnedTasks
  }
}

export const tasks: Feature<{ sealer: TokenSealer }> = {
  prefix: '/tasks',
  tag: { name: 'tasks', description: "The caller's tasks" },
  schemas: [Task],
  owned: { tasks: (owner) => new OwnedTasks(owner) },
  routes: taskRoutes,
}
