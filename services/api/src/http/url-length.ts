import type { FastifyInstance } from 'fastify'
import { refusal, sendProblem } from './problem.ts'

/** Three times what the longest search, sort and cursor together need; RFC 9110 section 4.1 asks for 8,000 at least. */
export const MAXIMUM_URL_BYTES = 8192

/** Refuses a longer URL before anything of it is read, the token included (RFC 9110 section 15.5.15). */
export function refuseLongUrls(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.url.length <= MAXIMUM_URL_BYTES) return done()
    sendProblem(reply, refusal(414))
  })
}
