import type pg from 'pg'
import type { Row, Run, Step } from './database.ts'
import { databaseError, isConnectionLost } from './database-error.ts'
import { rowTypes } from './row-types.ts'

/** For searches, exports, imports and deletions, which take as long as the user has tasks. */
const LONG_STATEMENT_MILLISECONDS = 60_000

/** A user's transaction of several round trips; all its statements of one call to `run` share one. */
export async function interact<T>(pool: pg.Pool, userId: string, work: (run: Run) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw databaseError(error)
  })
  try {
    await Promise.all([
      client.query('begin'),
      client.query('select app_set_user($1)', [userId]),
      client.query(`set local statement_timeout = ${LONG_STATEMENT_MILLISECONDS}`),
    ])
    const result = await work((steps) => Promise.all(steps.map((step) => send(client, step))))
    await client.query('commit')
    client.release()
    return result
  } catch (error) {
    await abandon(client, error)
    throw databaseError(error)
  }
}

async function send(client: pg.PoolClient, { statement, values }: Step): Promise<Row[]> {
  const result = await client.query<Row>({ text: statement.text, values: [...values], types: rowTypes })
  return result.rows
}

/** A connection whose transaction cannot be ended for sure is closed rather than lent again. */
export async function abandon(client: pg.PoolClient, cause: unknown): Promise<void> {
  if (isConnectionLost(cause)) return client.release(true)
  await client.query('rollback').then(
    () => client.release(),
    () => client.release(true),
  )
}
