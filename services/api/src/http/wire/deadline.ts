import type { FastifyInstance } from 'fastify'
import type { LoopWatch } from './loop-watch.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The time of `performance.now()` at which the request gives up waiting for the database. */
    deadline: number
  }
}

/**
 * Counts from the arrival of each request, which may have waited for the event loop; the time that its client takes for
 * the body is not ours.
 */
export function setDeadlines(app: FastifyInstance, loop: LoopWatch, milliseconds: number): void {
  app.decorateRequest('deadline', 0)
  loop.watchAccepting(app.server)
  app.addHook('onRequest', (request, _reply, done) => {
    request.deadline = loop.cameAt(request.raw.socket) + milliseconds
    done()
  })
  // The time that is left is kept while the body comes.
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    request.deadline -= performance.now()
    done()
  })
  app.addHook('preValidation', (request, _reply, done) => {
    request.deadline += performance.now()
    done()
  })
}
