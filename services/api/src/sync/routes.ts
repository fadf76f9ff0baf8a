import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { callerOf } from '../auth/authentication.ts'
import { AppError } from '../errors.ts'
import { whenEnding } from '../http/connections.ts'
import { problems } from '../http/problem-schema.ts'
import type { TokenSealer } from '../http/sealed-token.ts'
import { exampleId } from '../tasks/fields.ts'
import { exampleSealed } from '../tasks/schema.ts'
import { EventStream } from './event-stream.ts'
import type { ChangeHub } from './hub.ts'
import { NOTHING_YET, OwnedChanges, type Place, SyncTokens } from './queries.ts'
import { ChangeList, ChangesQuery, EventsQuery } from './schema.ts'

const tags = ['sync']
const DEFAULT_LIMIT = 100
const exampleEvent = [
  `event: ready\nid: ${exampleSealed}\ndata: {"type":"ready"}\n\n`,
  `id: ${exampleSealed}\ndata: {"type":"deleted","id":"${exampleId}"}\n\n`,
].join('')
const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Compressors (Node's, Cloudflare's) would hold events back until there is enough to compress, ...
  'cache-control': 'private, no-cache, no-transform',
  // ... and nginx until its buffer is full.
  'x-accel-buffering': 'no',
}

export interface SyncOptions {
  sealer: TokenSealer
  hub: ChangeHub
  keepAliveMilliseconds: number
}

/** What changed since a client last looked, and what changes while it looks. */
export const syncRoutes: FastifyPluginAsyncTypebox<SyncOptions> = async (
  app,
  { sealer, hub, keepAliveMilliseconds },
) => {
  app.get(
    '/tasks/changes',
    {
      schema: {
        tags,
        summary: 'List changes since a token, in commit order',
        operationId: 'listChanges',
        querystring: ChangesQuery,
        response: { 200: ChangeList, ...problems(410) },
      },
    },
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

  const streaming = new WeakSet<Socket>()
  app.get(
    '/tasks/events',
    {
      schema: {
        tags,
        summary: 'Follow changes as they happen (server-sent events)',
        description:
          'First comes an event named `ready`; every other has no name and is a change. The `id` of each is a sync ' +
          'token, so `Last-Event-ID` resumes without a gap. Without one, the stream begins now. It ends when the ' +
          'token expires.',
        operationId: 'followChanges',
        querystring: EventsQuery,
        headers: Type.Object({
          'last-event-id': Type.Optional(Type.String({ maxLength: 200, examples: [exampleSealed] })),
        }),
        response: {
          200: Type.Unsafe({
            description: 'Changes',
            content: { 'text/event-stream': { schema: { type: 'string', examples: [exampleEvent] } } },
          }),
          ...problems(410, streamOpen()),
        },
      },
    },
    async (request, reply) => {
      const tokens = tokensOf(request, sealer)
      const start = () => startOf(request, request.query.since, tokens)
      if (request.method === 'HEAD') {
        await start()
        return reply.headers({ ...STREAM_HEADERS }).send(Readable.from([]))
      }
      const { socket } = request.raw
      // Its turn would come when the first stream ends, and until then it would cost as much.
      if (streaming.has(socket)) throw streamOpen()
      // Gone meanwhile; a stream would not be missed, but the line in the log would.
      if (socket.destroyed) return reply.headers({ ...STREAM_HEADERS }).send(Readable.from([]))
      streaming.add(socket)
      try {
        open(request, reply, await start(), tokens)
      } catch (error) {
        streaming.delete(socket)
        throw error
      }
    },
  )

  function open(request: FastifyRequest, reply: FastifyReply, place: Place, tokens: SyncTokens): void {
    const { userId, expiresAt } = callerOf(request)
    const { socket } = request.raw
    reply.headers({ ...STREAM_HEADERS }).hijack()
    reply.raw.writeHead(200, reply.getHeaders() as Record<string, string>)
    const stream = new EventStream({
      userId,
      place,
      changes: new OwnedChanges(request.owner.withoutDeadline()),
      tokens,
      response: reply.raw,
      socket,
      expiresAt,
      keepAliveMilliseconds,
      onEnd(ended) {
        hub.remove(ended)
        streaming.delete(socket)
      },
    })
    hub.add(stream)
    stream.start()
    whenEnding(socket, () => stream.end())
  }
}

function streamOpen(): AppError {
  return new AppError('conflict', 'This connection has a stream already')
}

function tokensOf(request: FastifyRequest, sealer: TokenSealer): SyncTokens {
  return new SyncTokens(sealer, callerOf(request).userId)
}

/**
 * The place to go on from; without a token, where the list is now. Judged before the stream opens, so that a
 * token too old is an answer and not a broken stream.
 */
async function startOf(
  request: FastifyRequest,
  since: string | undefined,
  tokens: SyncTokens,
): Promise<Place> {
  const lastEventId = request.headers['last-event-id']
  const [token, part, path] =
    typeof lastEventId === 'string'
      ? ([lastEventId, 'header', '/last-event-id'] as const)
      : ([since, 'query', '/since'] as const)
  if (token === undefined) {
    const revision = await request.tasks.revision()
    return { revision, began: revision }
  }
  const place = tokens.open(token, part, path)
  await request.changes.after(place, 1)
  return place
}
