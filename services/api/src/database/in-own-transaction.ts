import type pg from 'pg'
import { rowTypes } from './row-types.ts'
import { type Row, type Run, type Step, typed } from './statement.ts'
import { inTransaction } from './transaction.ts'

/** For searches, exports, imports and deletions, which take as long as the user has tasks. */
const LONG_STATEMENT_MILLISECONDS = 60_000

/** What statements are planned for: the values at hand, or any, as those of short requests are. */
export type Planned = 'for these values' | 'for any values'

/**
 * Acts for one user until the transaction ends. All is sent side by side: behind a failure the rest fails as well, and
 * the first to fail is the one that tells why.
 */
function actFor(client: pg.PoolClient, userId: string, settings: readonly string[]): Promise<unknown> {
  return Promise.all([
    client.query('select public.app_set_user($1)', [userId]),
    ...settings.map((text) => client.query(text)),
  ])
}

const PLAN_FOR_THESE_VALUES = 'set local plan_cache_mode = auto'
const TAKE_LONG = `set local statement_timeout = ${LONG_STATEMENT_MILLISECONDS}`

/** Plans for the values at hand, and gives its statements the time that long work takes. */
export function actAtLengthFor(client: pg.PoolClient, userId: string): Promise<unknown> {
  return actFor(client, userId, [PLAN_FOR_THESE_VALUES, TAKE_LONG])
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
  planned: Planned = 'for these values',
): Promise<T> {
  const settings = [
    ...(planned === 'for any values' ? [] : [PLAN_FOR_THESE_VALUES]),
    ...(deadline === undefined ? [TAKE_LONG] : []),
  ]
  const inside = async (client: pg.PoolClient) => {
    const run: Run = (steps) => typed(steps, Promise.all(steps.map((step) => send(client, step))))
    const acting = actFor(client, userId, settings)
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
