import type pg from 'pg'
import { rowTypes } from './row-types.ts'
import { type Row, type Run, type Step, typed } from './statement.ts'
import { inTransaction } from './transaction.ts'

/** For searches, exports, imports and deletions, which take as long as the user has tasks. */
const LONG_STATEMENT_MILLISECONDS = 60_000

/**
 * Acts for one user until the transaction ends, with a plan for the values at hand. All is sent side by side: behind a
 * failure the rest fails as well, and the first to fail is the one that tells why.
 */
function actFor(client: pg.PoolClient, userId: string, ...settings: string[]): Promise<unknown> {
  const all = ['set local plan_cache_mode = auto', ...settings]
  return Promise.all([
    client.query('select public.app_set_user($1)', [userId]),
    ...all.map((text) => client.query(text)),
  ])
}

/** The same, and gives its statements the time that long work takes. */
export function actAtLengthFor(client: pg.PoolClient, userId: string): Promise<unknown> {
  return actFor(client, userId, `set local statement_timeout = ${LONG_STATEMENT_MILLISECONDS}`)
}

/**
 * A user's transaction of several round trips; all the steps of one call to `run` share one. Without a deadline it may
 * take long.
 */
export function inOwnTransaction<T>(
  pool: pg.Pool,
  userId: string,
  work: (run: Run) => Promise<T>,
  deadline: number | undefined,
): Promise<T> {
  const act = deadline === undefined ? actAtLengthFor : actFor
  const inside = async (client: pg.PoolClient) => {
    const run: Run = (steps) => typed(steps, Promise.all(steps.map((step) => send(client, step))))
    const acting = act(client, userId)
    try {
      const [, result] = await Promise.all([acting, work(run)])
      return result
    } catch (error) {
      // Behind a failure to act every statement fails as well, and may be heard of first.
      await acting
      throw error
    }
  }
  return inTransaction(pool, inside, deadline)
}

async function send(client: pg.PoolClient, { statement, values }: Step): Promise<Row[]> {
  const result = await client.query<Row>({ text: statement.text, values: [...values], types: rowTypes })
  return result.rows
}
