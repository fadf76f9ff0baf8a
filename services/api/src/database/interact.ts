import type pg from 'pg'
import type { Row, Run, Step } from './database.ts'
import { rowTypes } from './row-types.ts'
import { inTransaction } from './transaction.ts'

/** For searches, exports, imports and deletions, which take as long as the user has tasks. */
const LONG_STATEMENT_MILLISECONDS = 60_000

/**
 * Acts for one user until the transaction ends, and gives its statements the time that long work takes, and a plan
 * for the values at hand.
 */
export function actFor(client: pg.PoolClient, userId: string): Promise<unknown> {
  return Promise.all([
    client.query('select app_set_user($1)', [userId]),
    client.query(`set local statement_timeout = ${LONG_STATEMENT_MILLISECONDS}`),
    client.query('set local plan_cache_mode = auto'),
  ])
}

/** A user's transaction of several round trips; all the steps of one call to `run` share one. */
export function interact<T>(pool: pg.Pool, userId: string, work: (run: Run) => Promise<T>): Promise<T> {
  return inTransaction(pool, async (client) => {
    const run: Run = (steps) => Promise.all(steps.map((step) => send(client, step)))
    const [, result] = await Promise.all([actFor(client, userId), work(run)])
    return result
  })
}

async function send(client: pg.PoolClient, { statement, values }: Step): Promise<Row[]> {
  const result = await client.query<Row>({ text: statement.text, values: [...values], types: rowTypes })
  return result.rows
}
