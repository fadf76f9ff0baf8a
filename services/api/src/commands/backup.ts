import { refuseExisting, writeFile } from '../backup/file.ts'
import { Tally } from '../backup/format.ts'
import { backupLines } from '../backup/read.ts'
import { withSource } from '../backup/source.ts'
import { rows, withProgress } from './progress.ts'
import type { RunCommand } from './run-command.ts'

/** `tasklane backup FILE` */
export const backup: RunCommand = async (config, [file = '']) => {
  refuseExisting(file)
  const tally = new Tally()
  const write = () => withSource(config, (database) => writeFile(file, backupLines(database, tally)))
  await withProgress(tally, write)
  return `Wrote ${rows(tally)} to ${file}. ${secretAdvice(config)}`
}

/** The signing keys in a backup open with the secret alone, which is not in it. */
export function secretAdvice({ authSecret, dataDir, tokens }: Parameters<RunCommand>[0]): string {
  if (tokens.kind !== 'built-in')
    return 'It holds all that users wrote: keep it where nobody else can read it.'
  const secret = authSecret === undefined ? `the file ${dataDir}/auth-secret` : 'AUTH_SECRET'
  return `Keep it where nobody else can read it, and ${secret} apart from it: both are needed to go on.`
}
