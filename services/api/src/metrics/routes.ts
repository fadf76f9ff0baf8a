import { createServer, type Server } from 'node:http'
import type { FastifyPluginAsync } from 'fastify'
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
    if (request.url !== '/metrics') return void response.writeHead(404).end()
    metrics.render().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    )
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve(server))
  })
}
