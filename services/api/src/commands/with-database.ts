import { pino } from 'pino'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { migrate } from '../database/migrate.ts'
import { openDatabase } from '../database/open.ts'

/**
 * Does work in the database, which is brought up to date first. The embedded one is of one process: while the service
 * has it, this refuses and names that process.
 */
export async function withDatabase<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  const log = pino({ level: 'silent' })
  const database = await openDatabase(config, log)
  try {
    await migrate(database, log)
    return await work(database)
  } finally {
    await database.close()
  }
}
