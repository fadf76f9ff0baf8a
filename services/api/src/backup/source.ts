import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { openDatabase, openFolder } from '../database/open.ts'
import { copyOfRunning } from '../database/running-copy.ts'

/**
 * Does work that only reads, while the service runs or not. The embedded database is of one process: of a running one,
 * it is a copy from there.
 */
export async function withSource<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  const log = pino({ level: 'silent' })
  const isEmbedded = config.databaseUrl === undefined
  const copy = isEmbedded ? await copyOfRunning(config.dataDir) : undefined
  try {
    if (isEmbedded && !existsSync(join(config.dataDir, 'database'))) {
      throw new Error(`There is no database in ${config.dataDir}: set DATA_DIR, or DATABASE_URL`)
    }
    const database = copy === undefined ? await openDatabase(config, log) : await openFolder(copy.path, log)
    try {
      return await work(database)
    } finally {
      await database.close()
    }
  } finally {
    copy?.release()
  }
}
