import type pg from 'pg'
import { databaseError } from '../database/database-error.ts'
import { abandon } from '../database/interact.ts'
import { statements } from '../tasks/statements.ts'
import { accountStatements } from './statements.ts'

const LONG_STATEMENT_MILLISECONDS = 60_000

export type RemoveAccount = (userId: string) => Promise<void>

/**
 * Deletes every row of a user in one transaction, the built-in issuer's rows included.
 *
 * The account goes first, so that no write can bring rows of the user back meanwhile; then the list's row is
 * locked, as by every write, so that none can deadlock with this.
 */
export function createRemoveAccount(pool: pg.Pool, hasBuiltInIssuer: boolean): RemoveAccount {
  return async (userId) => {
    const client = await pool.connect().catch((error: unknown) => {
      throw databaseError(error)
    })
    try {
      await client.query('begin')
      if (hasBuiltInIssuer) await client.query('delete from tasklane_auth."user" where id = $1', [userId])
      await client.query('select app_set_user($1)', [userId])
      await client.query(`set local statement_timeout = ${LONG_STATEMENT_MILLISECONDS}`)
      await client.query(statements.lock.text, [userId])
      await client.query(accountStatements.remove.text, [userId])
      await client.query('commit')
      client.release()
    } catch (error) {
      await abandon(client, error)
      throw databaseError(error)
    }
  }
}
