import { findCommand, help } from './commands/commands.ts'
import { loadConfig } from './config.ts'
import { readVersion } from './package.ts'

/** `tasklane COMMAND`: what an operator does beside the running service, configured by the same environment. */
async function main(args: readonly string[]): Promise<void> {
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help)
  } else if (args.includes('--version') || args.includes('-v')) {
    process.stdout.write(`${readVersion()}\n`)
  } else {
    const { command, operands, options } = findCommand(args)
    const run = await command.load()
    process.stdout.write(`${await run(loadConfig(process.env), operands, options)}\n`)
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
