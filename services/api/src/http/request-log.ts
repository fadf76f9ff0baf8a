import type { FastifyInstance } from 'fastify'
import type { RefusalReason } from '../auth/refusal.ts'
import type { Metrics } from '../metrics/metrics.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Why the answer is 401, where it is. */
    refusal: RefusalReason | undefined
  }
}

/**
 * Tells of every answer once it is sent: a line in the log and a count in the metrics, with the route's pattern
 * instead of its URL. No id, query string or token is logged; of a 401 the reason is, which its answer does not tell.
 */
export function reportRequests(app: FastifyInstance, metrics: Metrics): void {
  app.decorateRequest('refusal', undefined)
  app.addHook('onResponse', (request, reply, done) => {
    const { method, id: requestId, caller, refusal: reason } = request
    const { statusCode: status, elapsedTime: milliseconds } = reply
    const route = request.routeOptions.url ?? 'unknown'
    metrics.observe(method, route, status, milliseconds / 1000)
    const ms = Math.round(milliseconds * 1000) / 1000
    app.log.info({ method, route, status, ms, requestId, userId: caller?.userId, reason }, 'request')
    done()
  })
}
