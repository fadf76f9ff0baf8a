import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { callerOf } from '../auth/authentication.ts'
import type { TokenSealer } from '../http/contract/sealed-token.ts'
import { whenEnding } from '../http/wire/connections.ts'
import { streamOpen } from './contract.ts'
import { EventStream } from './event-stream.ts'
import type { ChangeHub } from './hub.ts'
import { OwnedChanges, type Place, SyncTokens } from './queries.ts'

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

type OpenStream = (
  request: FastifyRequest,
  reply: FastifyReply,
  since: string | undefined,
) => Promise<FastifyReply | undefined>

/** Answers requests with a stream of changes, one a connection. */
export function streamOpener({ sealer, hub, keepAliveMilliseconds }: SyncOptions): OpenStream {
  const streaming = new WeakSet<Socket>()

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

  return async (request, reply, since) => {
    const tokens = tokensOf(request, sealer)
    const start = () => startOf(request, since, tokens)
    if (request.method === 'HEAD') {
      await start()
      return withoutEvents(reply)
    }
    const { socket } = request.raw
    // Its turn would come when the first stream ends, and until then it would cost as much.
    if (streaming.has(socket)) throw streamOpen()
    // Gone meanwhile; a stream would not be missed, but the line in the log would.
    if (socket.destroyed) return withoutEvents(reply)
    streaming.add(socket)
    try {
      open(request, reply, await start(), tokens)
    } catch (error) {
      streaming.delete(socket)
      throw error
    }
    return undefined
  }
}

function withoutEvents(reply: FastifyReply): FastifyReply {
  return reply.headers({ ...STREAM_HEADERS }).send(Readable.from([]))
}

export function tokensOf(request: FastifyRequest, sealer: TokenSealer): SyncTokens {
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
  if (token === undefined) return request.changes.now()
  const place = tokens.open(token, part, path)
  await request.changes.after(place, 1)
  return place
}
