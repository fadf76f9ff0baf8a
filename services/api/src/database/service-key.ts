import { randomBytes } from 'node:crypto'
import type pg from 'pg'

/**
 * A random key that all processes on one database share, made by the first that asks. It is in the database and
 * nowhere else, so there is nothing to configure and nothing in the repository to leak.
 */
export async function loadServiceKey(pool: pg.Pool, name: string): Promise<Buffer> {
  await pool.query(
    'insert into tasklane_auth.service_key (name, value) values ($1, $2) on conflict do nothing',
    [name, randomBytes(32).toString('hex')],
  )
  const { rows } = await pool.query<{ value: string }>(
    'select value from tasklane_auth.service_key where name = $1',
    [name],
  )
  const value = rows[0]?.value
  if (value === undefined) throw new Error(`The service key ${name} is missing`)
  return Buffer.from(value, 'hex')
}
