import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { migrate } from '../database/migrate.ts'
import { openDatabase } from '../database/open.ts'
import { inTransaction } from '../database/transaction.ts'

/**
 * Forgets the signing keys, for an operator whose AUTH_SECRET is lost, or known to somebody else: the next start makes
 * new ones with the secret of now. Sessions go with them, since the old secret has signed these; accounts stay.
 *
 * @returns what was done, in words.
 */
export async function forgetSigningKeys(config: Config, log: Logger): Promise<string> {
  if (config.tokens.kind !== 'built-in')
    throw new Error(
      'There are no signing keys here: JWT_JWKS_URL or JWT_SECRET is set, and the built-in issuer is off',
    )
  const database = await openDatabase(config, log)
  try {
    await migrate(database, log)
    const [keys, sessions] = await inTransaction(database.pool, async (client) => [
      (await client.query('delete from tasklane_auth.jwks')).rowCount ?? 0,
      (await client.query('delete from tasklane_auth.session')).rowCount ?? 0,
    ])
    return `Forgot ${keys} signing keys and ${sessions} sessions. The next start makes a new key; everyone signs in again.`
  } finally {
    await database.close()
  }
}
