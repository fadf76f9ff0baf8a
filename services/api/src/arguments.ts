import { parseArgs } from 'node:util'

export type Command = 'serve' | 'help' | 'version' | 'forget-signing-keys'

export const help = `Usage: npm start [-- OPTION]   or   node services/api/dist/main.js [OPTION]

Starts Tasklane, a task API where every user's tasks are theirs alone. Ctrl-C or SIGTERM stops it.

  -h, --help      shows this
  -v, --version   shows the version
  --forget-signing-keys   for when AUTH_SECRET is lost, instead of starting: see docs/tokens.md

It is configured by environment variables; these are the first to know:

  HOST            the address to listen on (127.0.0.1)
  PORT            the port to listen on (3000)
  DATA_DIR        the folder of the embedded database (./data)
  DATABASE_URL    a PostgreSQL address, to use that instead of the embedded database

docs/configuration.md lists them all.
`

/** An argument that means nothing here; its message is for the person who wrote it. */
export class ArgumentError extends Error {}

/** @throws {ArgumentError} that names the argument. */
export function readArguments(args: readonly string[]): Command {
  const { help, version, 'forget-signing-keys': forget } = parse(args)
  if (help === true) return 'help'
  if (forget === true) return 'forget-signing-keys'
  return version === true ? 'version' : 'serve'
}

function parse(args: readonly string[]) {
  const options = {
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean', short: 'v' },
    'forget-signing-keys': { type: 'boolean' },
  } as const
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ArgumentError(`${reason.split('.')[0]}: \`--help\` shows what there is`, { cause })
  }
}
