import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { invalid } from '../errors.ts'
import { entityTagOf } from '../http/entity-tag.ts'
import { problems } from '../http/problem-schema.ts'
import type { TokenSealer } from '../http/sealed-token.ts'
import { answerOnce, idempotencyHeaders, keyReused } from '../idempotency/answer-once.ts'
import { linksOf, openCursor } from '../tasks/listing.ts'
import { PageQuery, TaskPath, TaskRef } from '../tasks/schema.ts'
import type { TrashStart } from './queries.ts'
import { TrashList } from './schema.ts'

const tags = ['trash']
const CURSOR_PURPOSE = 'trash'

/** Deleted tasks, until they are purged. */
export const trashRoutes: FastifyPluginAsyncTypebox<{ sealer: TokenSealer }> = async (app, { sealer }) => {
  app.get(
    '/trash',
    {
      schema: {
        tags,
        summary: 'List deleted tasks, newest deletion first',
        operationId: 'listTrash',
        querystring: PageQuery,
        response: { 200: TrashList, ...problems(422) },
      },
    },
    async (request, reply) => {
      const { page, per_page: perPage = 20, cursor } = request.query
      const start = startOf(page, perPage, cursor, sealer)
      const { items, total, hasMore } = await request.trash.list(perPage, start)
      const last = items.at(-1)
      const list: TrashList = {
        data: items,
        total,
        page: cursor === undefined ? (page ?? 1) : null,
        per_page: perPage,
        total_pages: Math.ceil(total / perPage),
        next_cursor:
          hasMore && last !== undefined ? sealer.seal(CURSOR_PURPOSE, [last.deleted_at, last.id]) : null,
      }
      const links = linksOf('/trash', request.query, list)
      if (links !== undefined) reply.header('link', links)
      return list
    },
  )

  app.post(
    '/trash/:id/restore',
    {
      schema: {
        tags,
        summary: 'Bring a deleted task back',
        operationId: 'restoreTask',
        params: TaskPath,
        headers: idempotencyHeaders,
        response: { 200: TaskRef, ...problems(404, 413, 415, 422, keyReused()) },
      },
    },
    async (request, reply) => {
      await answerOnce(request, reply, async (run) => {
        const { revision, ...task } = await request.trash.restoreWithin(run, request.params.id)
        return { status: 200, body: task, entityTag: entityTagOf(revision) }
      })
      return reply
    },
  )

  app.delete(
    '/trash/:id',
    {
      schema: {
        tags,
        summary: 'Delete a task for good',
        operationId: 'purgeTask',
        params: TaskPath,
        response: { 204: Type.Null({ description: 'Deleted for good' }), ...problems(404, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      await request.trash.purge(request.params.id)
      reply.code(204)
      return null
    },
  )

  app.delete(
    '/trash',
    {
      schema: {
        tags,
        summary: 'Empty the trash',
        operationId: 'emptyTrash',
        response: { 204: Type.Null({ description: 'Empty' }), ...problems(413, 415, 422) },
      },
    },
    async (request, reply) => {
      await request.trash.empty()
      reply.code(204)
      return null
    },
  )
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
