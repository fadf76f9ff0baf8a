import { existsSync } from 'node:fs'
import { pino } from 'pino'
import { readLines } from '../backup/file.ts'
import { Tally } from '../backup/format.ts'
import { loadBackup } from '../backup/load.ts'
import { openDatabase } from '../database/open.ts'
import { rows, withProgress } from './progress.ts'
import type { RunCommand } from './run-command.ts'

/** `tasklane restore FILE` */
export const restore: RunCommand = async (config, [file = '']) => {
  if (!existsSync(file)) throw new Error(`There is no file ${file}`)
  const log = pino({ level: 'silent' })
  const tally = new Tally()
  const database = await openDatabase(config, log)
  try {
    const { made_at: madeAt } = await withProgress(tally, () =>
      loadBackup(database, readLines(file), log, tally),
    )
    return `Restored ${rows(tally)} as they were at ${madeAt}. Every client starts again at its next look.`
  } finally {
    await database.close()
  }
}
