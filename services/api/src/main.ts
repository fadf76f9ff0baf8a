import cluster from 'node:cluster'
import { help, readArguments } from './arguments.ts'
import { type Config, loadConfig } from './config.ts'
import { openLog } from './log.ts'
import { readVersion } from './package.ts'

async function main(): Promise<void> {
  const command = readArguments(process.argv.slice(2))
  if (command === 'serve') await start()
  else if (command === 'forget-signing-keys') await forget()
  else process.stdout.write(command === 'help' ? help : `${readVersion()}\n`)
}

async function forget(): Promise<void> {
  const config = loadConfig(process.env)
  const { forgetSigningKeys } = await import('./auth/forget-signing-keys.ts')
  process.stdout.write(`${await forgetSigningKeys(config, await openLog('warn'))}\n`)
}

/** Loads the service only now, so that a wrong argument or variable is reported at once. */
async function start(): Promise<void> {
  const config = loadConfig(process.env)
  const log = await openLog(config.logLevel)
  const { serve } = await import('./process/serve.ts')
  if (cluster.isWorker) {
    await serve(config, log)
    return
  }
  const { superviseWorkers } = await import('./process/workers.ts')
  const address = config.workers > 1 ? await superviseWorkers(config, log) : await serve(config, log)
  log.info({ address }, 'ready')
  greet(config, address)
}

/** Where to go next, for the person at the terminal; a log collector gets the log alone. */
function greet(config: Config, address: string): void {
  if (config.logLevel === 'silent' || !process.stdout.isTTY) return
  const database =
    config.databaseUrl === undefined ? `the embedded database in ${config.dataDir}` : 'PostgreSQL'
  process.stdout.write(`
  Tasklane is ready at ${address}, on ${database}.

    Try it       ${address}/docs
    Five minutes with curl: see README.md

`)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
