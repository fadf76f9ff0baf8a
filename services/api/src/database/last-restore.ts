import type pg from 'pg'
import { inTransaction } from './transaction.ts'

/** Among the service's keys, where requests have no right. A backup has it as well, and a restore replaces it. */
const NAME = 'last-restore'

/** When the database was last taken back in time, as a revision; 0 for never. */
export async function lastRestore(pool: pg.Pool, deadline: number): Promise<number> {
  const look = (client: pg.PoolClient) =>
    client.query<{ value: string }>('select value from tasklane_auth.service_key where name = $1', [NAME])
  const { rows } = await inTransaction(pool, look, deadline)
  return Number(rows[0]?.value ?? 0)
}

export async function noteRestore(client: pg.Pool | pg.PoolClient, revision: number): Promise<void> {
  await client.query(
    `insert into tasklane_auth.service_key (name, value) values ($1, $2)
     on conflict (name) do update set value = excluded.value`,
    [NAME, String(revision)],
  )
}
