import cluster from 'node:cluster'
import { type Config, ConfigError, loadConfig } from './config.ts'
import { createLog } from './log.ts'
import { serve } from './serve.ts'
import { superviseWorkers } from './workers.ts'

async function main(): Promise<void> {
  const config = loadConfig(process.env)
  const log = createLog(config.logLevel)
  if (cluster.isWorker) {
    await serve(config, log)
    return
  }
  greet(config, config.workers > 1 ? await superviseWorkers(config, log) : await serve(config, log))
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
