import cluster from 'node:cluster'
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { openDatabase } from '../database/open.ts'
import { cannotListen, urlOf } from '../http/wire/listening.ts'
import { startApp } from '../service.ts'

/**
 * On a signal we go on serving for a while, with `Connection: close` on every answer and /readyz failing: for this
 * long, so that a balancer notices, and then until no request has come for a moment, but not for ever. So a client
 * with a connection open, however busy we are, meets an answer and not a reset.
 */
const DRAIN_MILLISECONDS = 500
const QUIET_MILLISECONDS = 200
const MAXIMUM_DRAIN_MILLISECONDS = 4_000
/** Requests in flight get this long to finish; then their connections are cut, and the process still ends well. */
const GRACE_MILLISECONDS = 8_000

/** Serves until a signal ends it. @returns the address that it listens on. */
export async function serve(config: Config, log: Logger): Promise<string> {
  const app = await startApp(config, await openDatabase(config, log), log)
  app.addHook('preClose', () => drain(app))
  // Ctrl-C reaches every process of the terminal; a worker waits for what its supervisor makes of it.
  if (cluster.isWorker) process.on('SIGINT', () => {})
  const skip = cluster.isWorker ? ['SIGINT' as const] : []
  closeWithGrace({ delay: GRACE_MILLISECONDS + 1_000, logger: log, skip }, async ({ err, signal }) => {
    if (err === undefined) log.info({ signal }, 'stopping')
    else log.fatal({ err }, 'stopping after an unexpected error')
    const cut = setTimeout(() => app.server.closeAllConnections(), GRACE_MILLISECONDS).unref()
    await app.close()
    clearTimeout(cut)
    log.info('stopped')
  })
  const address = await listen(app, config)
  if (cluster.isWorker) log.info({ worker: process.pid }, 'listening')
  return address
}

async function drain({ server }: FastifyInstance): Promise<void> {
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

async function listen(app: FastifyInstance, { host, port }: Config): Promise<string> {
  try {
    // For `localhost` Fastify would open a second server, which our listeners know nothing of.
    const address = host === 'localhost' ? '127.0.0.1' : host
    await app.listen({ host: address, port, listenTextResolver: () => 'listening' })
  } catch (error) {
    await app.close()
    throw cannotListen('PORT', host, port, error)
  }
  const address = app.server.address()
  return typeof address === 'object' && address !== null ? urlOf(address) : ''
}
