import { parseArgs } from 'node:util'
import { ArgumentError } from '../arguments.ts'
import type { Options, RunCommand } from './run-command.ts'

export interface Command {
  /** What is typed: words, then one operand for each name. */
  words: readonly string[]
  operands: readonly string[]
  /** Each with whether it takes a value. */
  options?: Readonly<Record<string, { type: 'boolean' | 'string'; summary: string }>>
  summary: string
  /** A file for each command, loaded when it is asked for. */
  load: () => Promise<RunCommand>
}

/** Every command there is. */
const commands: readonly Command[] = [
  {
    words: ['user', 'create'],
    operands: ['EMAIL'],
    summary: 'makes an account, also where SIGN_UP=off',
    load: async () => (await import('./user-create.ts')).createUser,
  },
  {
    words: ['user', 'reset-password'],
    operands: ['EMAIL'],
    summary: 'gives an account another password and ends its sessions',
    load: async () => (await import('./user-reset-password.ts')).resetPassword,
  },
  {
    words: ['user', 'delete'],
    operands: ['EMAIL'],
    summary: 'deletes an account and everything in it, for good',
    load: async () => (await import('./user-delete.ts')).deleteUser,
  },
  {
    words: ['backup'],
    operands: ['FILE'],
    summary: 'writes all that there is to a new file, also while the service runs',
    load: async () => (await import('./backup.ts')).backup,
  },
  {
    words: ['restore'],
    operands: ['FILE'],
    summary: 'loads such a file into a database that holds nothing yet',
    load: async () => (await import('./restore.ts')).restore,
  },
  {
    words: ['move'],
    operands: ['DATABASE_URL'],
    summary: 'copies all that there is into an empty PostgreSQL database',
    load: async () => (await import('./move.ts')).move,
  },
  {
    words: ['restored'],
    operands: [],
    summary: 'after a restore by other means: makes clients start again',
    load: async () => (await import('./restored.ts')).restored,
  },
  {
    words: ['distribute'],
    operands: [],
    options: {
      plan: { type: 'boolean', summary: 'says what it would do, and does nothing' },
      shards: { type: 'string', summary: 'into how many parts the users are divided' },
      workers: { type: 'boolean', summary: 'for services that connect to the nodes as well' },
      check: {
        type: 'boolean',
        summary: 'tells where the rows are, and whether each request needs one node',
      },
      rebalance: { type: 'boolean', summary: 'spreads the users evenly, as after a node was added' },
    },
    summary: 'spreads the users over the nodes of a Citus cluster: see docs/scaling.md',
    load: async () => (await import('./distribute.ts')).runDistribute,
  },
]

const usageOf = ({ words, operands }: Command) => [...words, ...operands].join(' ')
const flagsOf = ({ options = {} }: Command) =>
  Object.entries(options).map(([name, { type, summary }]) => ({
    flag: `--${name}${type === 'string' ? '=N' : ''}`,
    summary,
  }))
const lines = commands.flatMap((command) => [
  [usageOf(command), command.summary] as const,
  ...flagsOf(command).map(({ flag, summary }) => [`    ${flag}`, summary] as const),
])
const width = Math.max(...lines.map(([usage]) => usage.length))

export const help = `Usage: npx tasklane COMMAND

${lines.map(([usage, summary]) => `  ${usage.padEnd(width)}   ${summary}`).join('\n')}

The database is found as the service finds it: by DATABASE_URL or DATA_DIR. Where the service uses the embedded database
in DATA_DIR, stop it first, but for backup and move. A password is asked for at a terminal, and read from standard input
otherwise. FILE is compressed if its name ends in .gz or .br. docs/operations.md tells more.
`

interface Found {
  command: Command
  operands: readonly string[]
  options: Options
}

/** @throws {ArgumentError} for what is no command, or has too many operands or too few, or another option. */
export function findCommand(args: readonly string[]): Found {
  const command = commands.find(({ words }) => words.every((word, index) => args[index] === word))
  if (command === undefined) {
    throw new ArgumentError(
      `There is no command "${args.join(' ').slice(0, 40)}": \`--help\` shows what there is`,
    )
  }
  const found = parse(command, args.slice(command.words.length))
  if (found?.operands.length === command.operands.length) return found
  const flags = flagsOf(command).map(({ flag }) => ` [${flag}]`)
  throw new ArgumentError(`It is written: tasklane ${usageOf(command)}${flags.join('')}`)
}

function parse(command: Command, args: readonly string[]): Found | undefined {
  const options = Object.fromEntries(
    Object.entries(command.options ?? {}).map(([name, { type }]) => [name, { type }] as const),
  )
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const given = Object.entries(values).flatMap(([name, value]) =>
      Array.isArray(value) ? [] : [[name, value] as const],
    )
    return { command, operands: positionals, options: Object.fromEntries(given) }
  } catch {
    return undefined
  }
}
