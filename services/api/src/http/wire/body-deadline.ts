import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { refusedError } from '../contract/problem.ts'
import { endConnection } from './connections.ts'
import type { Timeouts } from './timeouts.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The handler reads the body as it arrives; it may take as long as it likes, so long as bytes come. */
    streamsBody?: boolean
  }
}

/**
 * Cuts off clients that do not finish their body in time, answered or not: 408, unless an answer is under way. Node's
 * own limit would be for the whole of any request, a long import included.
 */
export function limitBodyTime(app: FastifyInstance, timeouts: Timeouts): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { 'content-length': length = '0', 'transfer-encoding': coding } = request.headers
    if (length !== '0' || coding !== undefined) watch(request, reply, timeouts)
    done()
  })
}

function watch(request: FastifyRequest, reply: FastifyReply, timeouts: Timeouts): void {
  const { raw } = request
  const mayTakeLong = request.routeOptions.config.streamsBody === true
  let seen = raw.socket.bytesRead
  const judge = () => {
    if (raw.complete || raw.destroyed) return
    const isMoving = raw.socket.bytesRead > seen || raw.readableLength > 0
    seen = raw.socket.bytesRead
    if (mayTakeLong && isMoving && !reply.raw.writableEnded) {
      timer = setTimeout(look, timeouts.requestMilliseconds).unref()
      return
    }
    endConnection(raw.socket, refusedError(408))
  }
  // After what has arrived is read: if it was us who were late, the client must not pay for it.
  const look = () => setImmediate(judge)
  let timer = setTimeout(look, timeouts.requestMilliseconds).unref()
  raw.once('close', () => clearTimeout(timer))
}
