import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { Database } from './database.ts'

/**
 * Proves, in a transaction that is rolled back, that row-level security holds for the connection we have.
 *
 * A superuser, an owner without FORCE and a role with BYPASSRLS pass through every policy in silence, so the
 * service looks before it serves: the role of requests has no privilege and owns no table, a user sees a row of
 * their own, and nobody sees it.
 *
 * @throws {Error} that says which of it does not hold.
 */
export async function proveWalls(database: Database): Promise<void> {
  const client = await database.pool.connect()
  try {
    await client.query('begin')
    await proveUserSeesOwnRowOnly(client)
    await proveRoleIsPowerless(client)
    await proveEveryTableIsGuarded(client)
  } finally {
    await client.query('rollback')
    client.release()
  }
}

async function proveUserSeesOwnRowOnly(client: PoolClient): Promise<void> {
  const user = randomUUID()
  await client.query('select app_set_user($1)', [user])
  // walls: it runs before the service serves anybody, and is rolled back.
  await client.query('insert into users (user_id, created_at) values ($1, now())', [user])
  if ((await countUsers(client)) !== 1) refuse('a user does not see exactly one row of users, their own')
  await client.query("set local app.user_id = ''")
  if ((await countUsers(client)) !== 0) refuse('rows are visible although no user is set')
}

async function countUsers(client: PoolClient): Promise<number> {
  // walls: deliberately without an owner clause: what is counted is what row-level security lets through.
  const { rows } = await client.query<{ count: number }>('select count(*)::integer as count from users')
  return rows[0]?.count ?? -1
}

async function proveRoleIsPowerless(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ role: string; powerful: boolean; owns: boolean }>(`
    select rolname as role, rolsuper or rolbypassrls as powerful,
           exists (select from pg_class where relowner = pg_roles.oid) as owns
    from pg_roles where rolname = current_user`)
  const [row] = rows
  if (row?.role !== 'tasklane_app') refuse(`requests would run as the role ${row?.role}, not tasklane_app`)
  if (row.powerful) refuse('the role tasklane_app is a superuser or bypasses row-level security')
  if (row.owns) refuse('the role tasklane_app owns a table')
}

async function proveEveryTableIsGuarded(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ name: string }>(`
    select relname as name
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = 'public' and relkind in ('r', 'p')
      and exists (select from pg_attribute where attrelid = pg_class.oid and attname = 'user_id')
      and not (relrowsecurity and relforcerowsecurity)`)
  if (rows.length > 0)
    refuse(`row-level security is not forced on ${rows.map(({ name }) => name).join(', ')}`)
}

function refuse(reason: string): never {
  throw new Error(`Cannot start, since users would not be isolated: ${reason}`)
}
