import type { FastifyInstance } from 'fastify'
import { AppError } from '../errors.ts'

/** Takes over two refusals that Node would answer by itself, with no body and none of our headers. */
export function answerForNode(app: FastifyInstance): void {
  // RFC 9112 section 3.2: a request without a Host is 400. Needs `requireHostHeader: false`.
  app.addHook('onRequest', (request, _reply, done) => {
    const isMissing = request.headers.host === undefined && request.raw.httpVersion === '1.1'
    done(isMissing ? new AppError('malformed_request', 'The Host header is missing') : undefined)
  })
  // RFC 9110 section 10.1.1: an expectation that a server does not know may be refused, and need not be.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
}
