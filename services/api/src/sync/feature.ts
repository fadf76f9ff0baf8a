import type { Feature } from '../feature.ts'
import type { SyncOptions } from './open-stream.ts'
import { OwnedChanges } from './queries.ts'
import { syncRoutes } from './routes.ts'

declare module 'fastify' {
  interface FastifyRequest {
    readonly changes: OwnedChanges
  }
}

export const sync: Feature<SyncOptions> = {
  prefix: '/tasks',
  tag: { name: 'sync', description: 'What changed, for clients that keep a copy' },
  owned: { changes: (owner) => new OwnedChanges(owner) },
  routes: syncRoutes,
}
