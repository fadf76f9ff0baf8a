import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { withDatabase } from './with-database.ts'

/** Does work on the built-in issuer's accounts. */
export async function withAccounts<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  if (config.tokens.kind !== 'built-in') {
    throw new Error(
      'There are no accounts here: JWT_JWKS_URL or JWT_SECRET says that another issuer has them',
    )
  }
  return withDatabase(config, work)
}
