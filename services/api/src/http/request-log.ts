import type { FastifyInstance } from 'fastify'

/** One line a request, with the route's pattern instead of its URL: no id, query string or token is logged. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    app.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 1000) / 1000,
        requestId: request.id,
        userId: request.caller?.userId,
      },
      'request',
    )
    done()
  })
}
