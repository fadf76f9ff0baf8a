import type pg from 'pg'
import { databaseError } from './database-error.ts'

/**
 * Does work within a transaction on a connection of its own. What is sent without waiting shares a round trip, the
 * beginning of the transaction included.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw databaseError(error)
  })
  try {
    const [, result] = await Promise.all([client.query('begin'), work(client)])
    await client.query('commit')
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
