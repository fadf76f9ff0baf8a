import { createServer, type Server } from 'node:http'
import type { FastifyPluginAsync } from 'fastify'
import { AppError } from '../errors.ts'
import { PROBLEM_MEDIA_TYPE, type Problem, problemOf, refusal } from '../http/contract/problem.ts'
import { commonHeaders, requestIdOf } from '../http/wire/headers.ts'
import { cannotListen } from '../http/wire/listening.ts'
import type { Metrics } from './metrics.ts'

/** Metrics of this process, or of several together. */
export type MetricsSource = Pick<Metrics, 'contentType' | 'render'>

/** `GET /metrics` beside the API, where no port of its own is configured. */
export const metricsRoutes: FastifyPluginAsync<{ metrics: Metrics }> = async (app, { metrics }) => {
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    reply.header('content-type', metrics.contentType)
    return metrics.render()
  })
}

/** `GET /metrics` on a port of its own, which can be kept from the public. */
export function serveMetrics(metrics: MetricsSource, host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const headers = { ...commonHeaders, 'x-request-id': requestIdOf(request) }
    const refuse = (problem: Problem) => {
      response
        .writeHead(problem.status, { ...headers, 'content-type': PROBLEM_MEDIA_TYPE })
        .end(JSON.stringify(problem))
    }
    if (request.url !== '/metrics') return refuse(refusal(404))
    metrics.render().then(
      (text) => response.writeHead(200, { ...headers, 'content-type': metrics.contentType }).end(text),
      () => refuse(problemOf(new AppError('internal', 'Internal error'))),
    )
  })
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen('METRICS_PORT', host, port, error)))
    server.listen(port, host, () => resolve(server))
  })
}
