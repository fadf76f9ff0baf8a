import type pg from 'pg'
import { deadlineFromNow } from './deadline.ts'
import { inTransaction } from './transaction.ts'

/**
 * Runs a statement as tasklane_observer, whom the database shows which lists there are and their revisions, and
 * nothing else: the one way to look at more than one user at once.
 */
export function observe<R extends pg.QueryResultRow>(
  pool: pg.Pool,
  text: string,
  values: readonly unknown[],
): Promise<R[]> {
  const look = async (client: pg.PoolClient) => {
    const [, , { rows }] = await Promise.all([
      client.query('set local search_path = public, pg_temp'),
      client.query('set local role tasklane_observer'),
      client.query<R>(text, [...values]),
    ])
    return rows
  }
  return inTransaction(pool, look, deadlineFromNow())
}
