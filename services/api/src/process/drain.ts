import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

const DRAIN_MILLISECONDS = 500
const QUIET_MILLISECONDS = 200
const MAXIMUM_DRAIN_MILLISECONDS = 4_000
/**
 * On a signal we go on serving for a while, with `Connection: close` on every answer and /readyz failing: for half a
 * second, so that a balancer notices, and then until no request has come for a moment, but not for ever. So a client
 * with a connection open, however busy we are, meets an answer and not a reset.
 */
export async function drain({ server }: FastifyInstance): Promise<void> {
  const start = performance.now()
  let lastRequest = start
  server.on('request', () => {
    lastRequest = performance.now()
  })
  let wait = DRAIN_MILLISECONDS
  while (wait > 0 && performance.now() - start < MAXIMUM_DRAIN_MILLISECONDS) {
    await delay(wait)
    // If we were held up, what came meanwhile is still to be read: connections in one turn, requests in the next.
    await nextTurn()
    await nextTurn()
    wait = QUIET_MILLISECONDS - (performance.now() - lastRequest)
  }
}
