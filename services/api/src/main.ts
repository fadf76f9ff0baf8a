import closeWithGrace from 'close-with-grace'
import { type Config, ConfigError, loadConfig } from './config.ts'
import { openDatabase } from './database/open.ts'
import { createLog } from './log.ts'
import { startApp } from './start.ts'

/** Requests in flight get this long to finish; then their connections are cut, and the process still ends well. */
const GRACE_MILLISECONDS = 8_000

async function main(): Promise<void> {
  const config = loadConfig(process.env)
  const log = createLog(config.logLevel)
  const app = await startApp(config, await openDatabase(config, log), log)
  closeWithGrace({ delay: GRACE_MILLISECONDS + 1_000, logger: log }, async ({ err }) => {
    if (err !== undefined) log.fatal({ err }, 'stopping after an unexpected error')
    const cut = setTimeout(() => app.server.closeAllConnections(), GRACE_MILLISECONDS).unref()
    await app.close()
    clearTimeout(cut)
    log.info('stopped')
  })
  const address = await app.listen({
    host: config.host,
    port: config.port,
    listenTextResolver: () => 'listening',
  })
  greet(config, address)
}

/** Where to go next, for the person who started it; a log collector gets the log alone. */
function greet(config: Config, address: string): void {
  if (config.logLevel === 'silent') return
  const database =
    config.databaseUrl === undefined ? `the embedded database in ${config.dataDir}` : 'PostgreSQL'
  process.stdout.write(`
  Tasklane is ready at ${address}, on ${database}.

    Try it       ${address}/docs
    Five minutes with curl: see README.md

`)
}

main().catch((error: unknown) => {
  const isExpected = error instanceof ConfigError
  process.stderr.write(`${isExpected || !(error instanceof Error) ? String(error) : error.message}\n`)
  process.exit(1)
})
