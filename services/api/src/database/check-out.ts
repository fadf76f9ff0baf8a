import type pg from 'pg'
import { cancelStatement } from './cancel.ts'
import { databaseError } from './database-error.ts'
import { GRACE_MILLISECONDS, waitedTooLong } from './deadline.ts'

/**
 * Lends a connection of the pool until it is released, at most until the deadline: then the statement that runs on
 * it is cancelled, and if that does not end it, the connection is closed. Without a deadline only the pool's own
 * limits hold.
 */
export async function checkOut(pool: pg.Pool, deadline?: number): Promise<pg.PoolClient> {
  try {
    if (deadline === undefined) return await pool.connect()
    if (performance.now() >= deadline) throw waitedTooLong()
    return limitTo(await connectUntil(pool, deadline), deadline)
  } catch (error) {
    throw databaseError(error)
  }
}

/** One statement on a connection of its own. */
export async function queryUntil<R extends pg.QueryResultRow>(
  pool: pg.Pool,
  deadline: number,
  text: string,
  values: readonly unknown[] = [],
): Promise<pg.QueryResult<R>> {
  const client = await checkOut(pool, deadline)
  try {
    const result = await client.query<R>(text, [...values])
    client.release()
    return result
  } catch (error) {
    client.release(true)
    throw databaseError(error)
  }
}

/** A connection that comes after the deadline goes back to the pool. */
function connectUntil(pool: pg.Pool, deadline: number): Promise<pg.PoolClient> {
  return new Promise((resolve, reject) => {
    let isLate = false
    const giveUp = () => {
      isLate = true
      reject(waitedTooLong())
    }
    const timer = setTimeout(giveUp, deadline - performance.now()).unref()
    pool.connect().then(
      (client) => {
        clearTimeout(timer)
        if (isLate) client.release()
        else resolve(client)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}

/** A connection that was cancelled on is not lent again, for the cancellation may still be on its way. */
function limitTo(client: pg.PoolClient, deadline: number): pg.PoolClient {
  const giveBack = client.release
  let isCancelled = false
  let timer = setTimeout(() => {
    isCancelled = true
    cancelStatement(client)
    timer = setTimeout(() => client.connection.stream.destroy(), GRACE_MILLISECONDS).unref()
  }, deadline - performance.now()).unref()
  client.release = (error) => {
    clearTimeout(timer)
    giveBack(isCancelled || error)
  }
  return client
}
