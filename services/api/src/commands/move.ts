import { pino } from 'pino'
import { Tally } from '../backup/format.ts'
import { linesOf } from '../backup/lines.ts'
import { loadBackup } from '../backup/load.ts'
import { backupLines } from '../backup/read.ts'
import { withSource } from '../backup/source.ts'
import { AddressError, parseDatabaseUrl } from '../database/address.ts'
import { openDatabase } from '../database/open.ts'
import { rows, withProgress } from './progress.ts'
import type { RunCommand } from './run-command.ts'

/** `tasklane move DATABASE_URL`: a backup of what there is, which another database takes while it is made. */
export const move: RunCommand = async (config, [url = '']) => {
  refuseFaults(url)
  const log = pino({ level: 'silent' })
  const tally = new Tally()
  const target = await openDatabase({ ...config, databaseUrl: url }, log)
  try {
    const { made_at: madeAt } = await withProgress(tally, () =>
      withSource(config, (source) => loadBackup(target, linesOf(backupLines(source)), log, tally)),
    )
    return (
      `Moved ${rows(tally)} as they were at ${madeAt}. What is written here from then on is not there: start the ` +
      'service with that DATABASE_URL and the same AUTH_SECRET. Here, all is left as it was.'
    )
  } finally {
    await target.close()
  }
}

/** An address is never repeated, for it holds a password. */
function refuseFaults(url: string): void {
  try {
    parseDatabaseUrl(url)
  } catch (error) {
    throw error instanceof AddressError ? new Error(`The address ${error.message}`) : error
  }
}
