import type pg from 'pg'
import type { OwnerHooks } from '../database/owner.ts'
import { revisionAt } from '../database/revision.ts'
import { inTransaction } from '../database/transaction.ts'
import { unauthenticated } from '../errors.ts'

/**
 * Makes a user's rows, at their first write. Any number of processes may do so at once; one of them makes it.
 *
 * With the built-in issuer the account is held while we look, so a token that outlives its account cannot bring
 * rows of it back.
 */
export function createProvision(pool: pg.Pool, hasBuiltInIssuer: boolean): OwnerHooks['provision'] {
  return (userId, deadline) => {
    const provide = async (client: pg.PoolClient) => {
      if (hasBuiltInIssuer) await holdAccount(client, userId)
      await insertRows(client, userId)
    }
    return inTransaction(pool, provide, deadline)
  }
}

/**
 * A list begins at the time it was made, so that one made again for the same user (their outside account lives
 * on when they delete what is here) never repeats a revision, and no old entity tag or sync token fits it.
 */
async function insertRows(client: pg.PoolClient, userId: string): Promise<void> {
  await client.query('select public.app_set_user($1)', [userId])
  const now = new Date()
  await client.query('insert into users (user_id, created_at) values ($1, $2) on conflict do nothing', [
    userId,
    now,
  ])
  await client.query(
    'insert into task_lists (user_id, revision, horizon, begun) values ($1, $2, $2, $2) on conflict do nothing',
    [userId, revisionAt(now.getTime())],
  )
}

async function holdAccount(client: pg.PoolClient, userId: string): Promise<void> {
  const account = await client.query('select from tasklane_auth."user" where id = $1 for key share', [userId])
  if (account.rowCount === 0) throw unauthenticated('deleted_account', true)
}
