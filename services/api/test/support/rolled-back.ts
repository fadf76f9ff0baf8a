import type pg from 'pg'

/** Runs in a transaction that acts for a user, exactly as a request's does, and is rolled back. */
export async function rolledBackAs<T>(
  pool: pg.Pool,
  userId: string,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('select app_set_user($1)', [userId])
    return await work(client)
  } finally {
    await client.query('rollback')
    client.release()
  }
}
