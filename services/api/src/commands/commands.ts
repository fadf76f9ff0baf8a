import { ArgumentError } from '../arguments.ts'
import type { RunCommand } from './run-command.ts'

export interface Command {
  /** What is typed: words, then one operand for each name. */
  words: readonly string[]
  operands: readonly string[]
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
]

const usageOf = ({ words, operands }: Command) => [...words, ...operands].join(' ')
const width = Math.max(...commands.map((command) => usageOf(command).length))

export const help = `Usage: npx tasklane COMMAND

${commands.map((command) => `  ${usageOf(command).padEnd(width)}   ${command.summary}`).join('\n')}

The database is found as the service finds it: by DATABASE_URL or DATA_DIR. Where the service uses the embedded database
in DATA_DIR, stop it first, but for backup and move. A password is asked for at a terminal, and read from standard input
otherwise. FILE is compressed if its name ends in .gz or .br. docs/operations.md tells more.
`

/** @throws {ArgumentError} for what is no command, or has too many operands or too few. */
export function findCommand(args: readonly string[]): { command: Command; operands: readonly string[] } {
  const command = commands.find(({ words }) => words.every((word, index) => args[index] === word))
  if (command === undefined) {
    throw new ArgumentError(
      `There is no command "${args.join(' ').slice(0, 40)}": \`--help\` shows what there is`,
    )
  }
  const operands = args.slice(command.words.length)
  if (operands.length !== command.operands.length || operands.some((operand) => operand.startsWith('-'))) {
    throw new ArgumentError(`It is written: tasklane ${usageOf(command)}`)
  }
  return { command, operands }
}
