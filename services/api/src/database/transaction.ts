import type pg from 'pg'
import { checkOut } from './check-out.ts'
import { databaseError } from './database-error.ts'
import { waitedTooLong } from './deadline.ts'
import { takeUnreplicated } from './unreplicated.ts'

/**
 * Does work within a transaction on a connection of its own. What is sent without waiting shares a round trip, the
 * beginning of the transaction included. After the deadline nothing is committed any more.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  deadline?: number,
): Promise<T> {
  const client = await checkOut(pool, deadline)
  try {
    const [, result] = await Promise.all([client.query('begin'), work(client)])
    if (deadline !== undefined && performance.now() >= deadline) throw waitedTooLong()
    await client.query('commit')
    if (takeUnreplicated(client)) throw waitedTooLong()
    client.release()
    return result
  } catch (error) {
    // Where even the rollback fails the connection is lost, and the first error tells more.
    const isLost = await client.query('rollback').then(
      () => false,
      () => true,
    )
    client.release(isLost)
    throw databaseError(error)
  }
}
