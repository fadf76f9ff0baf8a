import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { invalid } from '../errors.ts'
import { entityTagOf } from '../http/contract/entity-tag.ts'
import type { TokenSealer } from '../http/contract/sealed-token.ts'
import { idempotently } from '../idempotency/idempotently.ts'
import { linksOf, openCursor } from '../tasks/listing.ts'
import type { PageQuery } from '../tasks/schema.ts'
import * as contract from './contract.ts'
import type { OwnedTrash, TrashStart } from './queries.ts'
import type { TrashList } from './schema.ts'

const CURSOR_PURPOSE = 'trash'

/** Deleted tasks, until they are purged. */
export const trashRoutes: FastifyPluginAsyncTypebox<{ sealer: TokenSealer }> = async (app, { sealer }) => {
  app.get(
    '/trash',
    { schema: contract.listTrash, config: { isCompressed: true } },
    async (request, reply) => {
      const list = await listOf(request.trash, request.query, sealer)
      const links = linksOf('/trash', request.query, list)
      if (links !== undefined) reply.header('link', links)
      return list
    },
  )

  app.post('/trash/:id/restore', { schema: contract.restoreTask }, async (request, reply) => {
    await idempotently(request, reply, async (run) => {
      const { revision, ...task } = await request.trash.restore(run, request.params.id)
      return { status: 200, body: task, entityTag: entityTagOf(revision) }
    })
    return reply
  })

  app.delete('/trash/:id', { schema: contract.purgeTask }, async (request, reply) => {
    await request.trash.purge(request.params.id)
    reply.code(204)
    return null
  })

  app.delete('/trash', { schema: contract.emptyTrash }, async (request, reply) => {
    await request.trash.empty()
    reply.code(204)
    return null
  })
}

async function listOf(trash: OwnedTrash, query: PageQuery, sealer: TokenSealer): Promise<TrashList> {
  const { page, per_page: perPage = 20, cursor } = query
  const { items, total, hasMore } = await trash.list(perPage, startOf(page, perPage, cursor, sealer))
  const last = items.at(-1)
  const hasNext = hasMore && last !== undefined
  return {
    data: items,
    total,
    page: cursor === undefined ? (page ?? 1) : null,
    per_page: perPage,
    total_pages: Math.ceil(total / perPage),
    next_cursor: hasNext ? sealer.seal(CURSOR_PURPOSE, [last.deleted_at, last.id]) : null,
  }
}

function startOf(
  page: number | undefined,
  perPage: number,
  cursor: string | undefined,
  sealer: TokenSealer,
): TrashStart {
  if (cursor === undefined) return { offset: ((page ?? 1) - 1) * perPage }
  if (page !== undefined) invalid([{ in: 'query', path: '/cursor', message: 'cannot be combined with page' }])
  return { after: openCursor(sealer, cursor, CURSOR_PURPOSE) }
}
