import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import * as contract from './contract.ts'
import { type SyncOptions, streamOpener, tokensOf } from './open-stream.ts'
import { NOTHING_YET } from './queries.ts'

const DEFAULT_LIMIT = 100

/** What changed since a client last looked, and what changes while it looks. */
export const syncRoutes: FastifyPluginAsyncTypebox<SyncOptions> = async (
  app,
  { sealer, hub, keepAliveMilliseconds },
) => {
  app.get(
    '/tasks/changes',
    { schema: contract.listChanges, config: { isCompressed: true } },
    async (request) => {
      const { since, limit = DEFAULT_LIMIT } = request.query
      const tokens = tokensOf(request, sealer)
      const from = since === undefined ? NOTHING_YET : tokens.open(since, 'query', '/since')
      const { changes, place, hasMore } = await request.changes.after(from, limit)
      return {
        changes: changes.map(({ change }) => change),
        next: tokens.seal(place),
        has_more: hasMore,
      }
    },
  )

  const stream = streamOpener({ sealer, hub, keepAliveMilliseconds })
  app.get('/tasks/events', { schema: contract.followChanges }, async (request, reply) =>
    stream(request, reply, request.query.since),
  )
}
