import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { connectionOf } from '../http/wire/connections.ts'
import type { Metrics } from './metrics.ts'

/**
 * Tells of every request once it is answered, or its client is gone: a line in the log and a count in the metrics, with
 * the route's pattern instead of its URL. User and request ids are logged, but no task id, query string or token. For a
 * 401 the reason is logged, which the answer does not tell.
 */
export function reportRequests(app: FastifyInstance, metrics: Metrics): void {
  const report = (request: FastifyRequest, reply: FastifyReply, isAborted: boolean) => {
    const { unreported } = connectionOf(request.raw.socket)
    const index = unreported.findIndex((each) => each.reply === reply)
    if (index < 0) return
    unreported.splice(index, 1)
    const { method, id: requestId, caller, refusal: reason } = request
    const { statusCode: status, elapsedTime: milliseconds } = reply
    const route = request.routeOptions.url ?? 'unknown'
    metrics.observe(method, route, status, milliseconds / 1000)
    if (isAborted) metrics.abortedRequests.inc()
    const ms = Math.round(milliseconds * 1000) / 1000
    const aborted = isAborted || undefined
    app.log.info({ method, route, status, ms, requestId, userId: caller?.userId, reason, aborted }, 'request')
  }
  app.decorateRequest('refusal', undefined)
  app.addHook('onRequest', (request, reply, done) => {
    connectionOf(request.raw.socket).unreported.push({ reply, isAnswered: false })
    done()
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    const { socket } = request.raw
    const unreported = connectionOf(socket).unreported.find((each) => each.reply === reply)
    if (socket.destroyed) report(request, reply, true)
    else if (unreported !== undefined) unreported.isAnswered = true
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    report(request, reply, !reply.raw.writableFinished)
    done()
  })
  // Node tells a response of its connection's end only while it is its turn. What is answered later is told by then.
  app.server.on('connection', (socket: Socket) => {
    socket.once('close', () => {
      for (const { reply, isAnswered } of [...connectionOf(socket).unreported]) {
        if (isAnswered || reply.raw.headersSent) report(reply.request, reply, true)
      }
    })
  })
}

/** Tells of a CONNECT, which never becomes a request of the framework. */
export function reportTunnel(app: FastifyInstance, metrics: Metrics, requestId: string): void {
  metrics.observe('CONNECT', 'unknown', 405, 0)
  app.log.info({ method: 'CONNECT', route: 'unknown', status: 405, ms: 0, requestId }, 'request')
}
