import type pg from 'pg'
import { actAtLengthFor } from '../database/in-own-transaction.ts'
import { listStatements } from '../database/statements.ts'
import { inTransaction } from '../database/transaction.ts'
import { accountStatements } from './statements.ts'

export type RemoveAccount = (userId: string) => Promise<void>

/**
 * Deletes every row of a user in one transaction, the built-in issuer's rows included.
 *
 * The account goes first, so that no write can bring rows of the user back meanwhile; then the list's row is
 * locked, as by every write, so that none can deadlock with this.
 */
export function createRemoveAccount(pool: pg.Pool, hasBuiltInIssuer: boolean): RemoveAccount {
  return (userId) =>
    inTransaction(pool, async (client) => {
      if (hasBuiltInIssuer) await client.query('delete from tasklane_auth."user" where id = $1', [userId])
      await actAtLengthFor(client, userId)
      await client.query(listStatements.lock.text, [userId])
      await client.query(accountStatements.remove.text, [userId])
    })
}
