import type { Feature } from '../feature.ts'
import type { TokenSealer } from '../http/contract/sealed-token.ts'
import { OwnedTrash } from './queries.ts'
import { trashRoutes } from './routes.ts'
import { TrashedTask } from './schema.ts'

declare module 'fastify' {
  interface FastifyRequest {
    readonly trash: OwnedTrash
  }
}

export interface TrashServices {
  sealer: TokenSealer
  retentionDays: number
}

export const trash: Feature<TrashServices> = {
  prefix: '/trash',
  tag: { name: 'trash', description: 'Deleted tasks, until they are purged' },
  schemas: [TrashedTask],
  owned: { trash: (owner, { retentionDays }) => new OwnedTrash(owner, retentionDays) },
  routes: trashRoutes,
}
