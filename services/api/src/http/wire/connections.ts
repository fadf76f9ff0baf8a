import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { refusedError } from '../contract/problem.ts'

interface Connection {
  /** The answer to the last request that counts. Answers go out in order: once it is out, none is owed. */
  latest: ServerResponse | undefined
  /** What had been read of the socket when the last request came, in bytes. */
  latestBytesRead: number
  /** The requests that are not reported yet, in their order; an array for the same reason as in `Lane`. */
  readonly unreported: Unreported[]
  /** Nothing that comes after `latest` is looked at. */
  isEnding: boolean
  /** Nor is more of it expected: what comes cannot be understood. */
  isBroken: boolean
  onEnding: (() => void) | undefined
}

interface Unreported {
  readonly reply: FastifyReply
  isAnswered: boolean
}

/** On the socket itself, where five looks a request cost less than in a WeakMap. */
const connectionKey = Symbol('connection')

declare module 'node:net' {
  interface Socket {
    [connectionKey]?: Connection
  }
}

/** Requests whose body cannot be read to its end, and why. */
const broken = new WeakMap<IncomingMessage, Error>()

/** Long enough for the last answer to be read; until then, what still comes is thrown away (RFC 9112 section 9.6). */
const LINGER_MILLISECONDS = 1_000

export function connectionOf(socket: Socket): Connection {
  const known = socket[connectionKey]
  if (known !== undefined) return known
  const connection: Connection = {
    latest: undefined,
    latestBytesRead: 0,
    unreported: [],
    isEnding: false,
    isBroken: false,
    onEnding: undefined,
  }
  socket[connectionKey] = connection
  return connection
}

/** Whether it is settled which answer is the last. */
export function isEnding(socket: Socket): boolean {
  return connectionOf(socket).isEnding
}

/**
 * Requests on one connection are answered in their order, each once (RFC 9112 section 9.3.2). Once it is settled which
 * answer is the last, no later request is carried out (section 9.6).
 */
export function answerInOrder(app: FastifyInstance): void {
  const { server } = app
  server.prependListener('request', (request, response) => {
    const connection = connectionOf(request.socket)
    if (connection.isEnding) return
    connection.latest = response
    connection.latestBytesRead = request.socket.bytesRead
    // Node waits for another protocol, and loses bytes that follow such a request in the same packet.
    if (request.headers.upgrade === undefined) return
    connection.isEnding = true
    response.shouldKeepAlive = false
  })
  server.on('checkContinue', (request, response) => {
    if (!connectionOf(request.socket).isEnding) response.writeContinue()
    server.emit('request', request, response)
  })
  app.addHook('onRequest', (request, reply, done) => {
    const { isEnding, latest } = connectionOf(request.raw.socket)
    if (isEnding && latest !== reply.raw) reply.hijack()
    else done()
  })
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const { raw } = request
    // A body whose client is gone already would be waited for.
    const isGone = raw.destroyed && !raw.readableEnded
    done(broken.get(raw) ?? (isGone ? refusedError(400) : null), payload)
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (reply.getHeader('connection') === 'close') closeAfterLatest(request.raw.socket, reply)
    done()
  })
}

/** `Connection: close` on an answer behind which others are owed already would take those away: the last one says it. */
function closeAfterLatest(socket: Socket, reply: FastifyReply): void {
  const connection = connectionOf(socket)
  const { latest } = connection
  connection.isEnding = true
  if (latest === undefined) return
  closeAfter(socket, latest)
  if (latest === reply.raw) return
  reply.removeHeader('connection')
  reply.raw.removeHeader('connection')
}

/**
 * Ends a connection of which nothing more can be understood, or waited for: what is owed is answered first. A request
 * whose own body is at fault is answered with the error, unless its answer has begun.
 *
 * @returns `idle` where nothing was owed: then it is the caller's to answer and to hang up; `ended` where the end was
 *   settled before.
 */
export function endConnection(socket: Socket, error: Error): 'owing' | 'idle' | 'ended' {
  const connection = connectionOf(socket)
  const { latest, isEnding, isBroken } = connection
  if (isBroken) return 'ended'
  connection.isEnding = true
  connection.isBroken = true
  if (latest === undefined) return 'idle'
  if (latest.writableFinished && latest.req.complete) {
    return latest.shouldKeepAlive && !isEnding ? 'idle' : 'ended'
  }
  closeAfter(socket, latest)
  if (!latest.req.complete) failBody(latest.req, error)
  connection.onEnding?.()
  return 'owing'
}

/** Like `endConnection`, for a request that Node does not count: calls back when it is its turn to be answered. */
export function endWithAnswer(socket: Socket, answer: () => void): void {
  const connection = connectionOf(socket)
  const { latest, unreported } = connection
  if (connection.isEnding || latest?.shouldKeepAlive === false) {
    hangUp(socket)
    return
  }
  connection.isEnding = true
  connection.isBroken = true
  if (latest === undefined || latest.writableFinished) {
    answer()
    return
  }
  latest.once('finish', answer)
  // Node has let go of the socket; a long answer before this one still waits for these.
  socket.on('drain', () => {
    for (const { reply } of [...unreported]) if (reply.raw.socket === socket) reply.raw.emit('drain')
  })
  socket.on('timeout', () => socket.destroy())
  connection.onEnding?.()
}

/** For an answer that would go on for ever: called when the connection is to end, at once if it is so already. */
export function whenEnding(socket: Socket, end: () => void): void {
  const connection = connectionOf(socket)
  connection.onEnding = end
  if (connection.isBroken) end()
}

/** Says goodbye, and reads on for a moment: with unread bytes a close is a reset, which may overtake the answer. */
export function hangUp(socket: Socket, lastBytes?: string): void {
  if (lastBytes === undefined) socket.end()
  else socket.end(lastBytes)
  setTimeout(() => socket.destroy(), LINGER_MILLISECONDS).unref()
}

function closeAfter(socket: Socket, last: ServerResponse): void {
  // Node's own way to end it is a reset for who still sends.
  socket.destroySoon = () => hangUp(socket)
  if (!last.headersSent) last.shouldKeepAlive = false
  if (last.writableFinished) hangUp(socket)
  else last.once('finish', () => hangUp(socket))
}

/** Tells the reader of the body, now or later. Destroying it would take the connection, and the answer, with it. */
function failBody(request: IncomingMessage, error: Error): void {
  broken.set(request, error)
  if (request.listenerCount('error') > 0) request.emit('error', error)
}
