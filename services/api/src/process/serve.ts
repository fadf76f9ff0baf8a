import cluster from 'node:cluster'
import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { openDatabase } from '../database/open.ts'
import { serveCopies } from '../database/running-copy.ts'
import { cannotListen, urlOf } from '../http/wire/listening.ts'
import { startApp } from '../service.ts'
import { drain } from './drain.ts'

/** Requests in flight get this long to finish; then their connections are cut, and the process still ends well. */
const GRACE_MILLISECONDS = 8_000
/** A stop takes no longer. */
export const STOP_MILLISECONDS = GRACE_MILLISECONDS + 1_000

/**
 * So many may connect while the process is busy; Node's own number is 511. The kernel forgets any more, whose clients try
 * again after 1, 3 and 7 s. Linux takes the smaller one of this and `net.core.somaxconn`, 4,096 by default.
 */
const MOST_UNACCEPTED = 4_096

/** Serves until a signal ends it. @returns the address that it listens on. */
export async function serve(config: Config, log: Logger): Promise<string> {
  const database = await openDatabase(config, log)
  const app = await startApp(config, database, log)
  if (database.engine === 'embedded') {
    const copies = await serveCopies(config.dataDir, database.pool, log)
    app.addHook('preClose', async () => copies.close())
  }
  app.addHook('preClose', () => drain(app))
  // Ctrl-C reaches every process of the terminal; a worker waits for what its supervisor makes of it.
  if (cluster.isWorker) process.on('SIGINT', () => {})
  const skip = cluster.isWorker ? ['SIGINT' as const] : []
  closeWithGrace({ delay: STOP_MILLISECONDS, logger: log, skip }, async ({ err, signal }) => {
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

async function listen(app: FastifyInstance, { host, port }: Config): Promise<string> {
  try {
    // For `localhost` Fastify would open a second server, which our listeners know nothing of.
    const address = host === 'localhost' ? '127.0.0.1' : host
    await app.listen({ host: address, port, backlog: MOST_UNACCEPTED, listenTextResolver: () => 'listening' })
  } catch (error) {
    await app.close()
    throw cannotListen('PORT', host, port, error)
  }
  const address = app.server.address()
  return typeof address === 'object' && address !== null ? urlOf(address) : ''
}
