import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { Database } from './database.ts'
import { isNodeLost } from './database-error.ts'

/** With half of the nodes away, the chance that no user of a living one is found is one in a million. */
const MOST_TRIES = 20

/**
 * Proves, in a transaction that is rolled back, that row-level security holds for the connection we have.
 *
 * A superuser, an owner without FORCE and a role with BYPASSRLS pass through every policy in silence, so the
 * service looks before it serves: the role of requests has no privilege and owns no table, a user sees a row of
 * their own, and neither another user nor nobody sees it.
 *
 * Each look is at the rows of one user, so that of a distributed database one node answers, and enforces the walls.
 * Where that node is away, users of others are tried.
 *
 * @throws {Error} that says which of it does not hold.
 */
export async function proveWalls(database: Database): Promise<void> {
  const client = await database.pool.connect()
  try {
    await proveOnReachableNode(client)
    await proveRoleIsPowerless(client)
    await proveEveryTableIsGuarded(client)
    await proveEveryPolicyIsTheSame(client)
    await proveObserverSeesRevisionsOnly(client)
  } finally {
    await client.query('rollback')
    client.release()
  }
}

async function proveOnReachableNode(client: PoolClient): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    await client.query('begin')
    try {
      return await proveUserSeesOwnRowOnly(client)
    } catch (error) {
      if (!isNodeLost(error) || tries === MOST_TRIES) throw error
      await client.query('rollback')
    }
  }
}

async function proveUserSeesOwnRowOnly(client: PoolClient): Promise<void> {
  const user = randomUUID()
  await client.query('select public.app_set_user($1)', [user])
  await insertUser(client, user)
  if ((await countRowsOf(client, user)) !== 1) refuse('a user does not see their own row of users')
  await proveNamesMeanTheseTables(client)
  await client.query(`set local app.user_id = '${randomUUID()}'`)
  if ((await countRowsOf(client, user)) !== 0) refuse('a user sees the row of another')
  await client.query("set local app.user_id = ''")
  if ((await countRowsOf(client, user)) !== 0) refuse('rows are visible although no user is set')
}

/** The proof is about the schema's tables; so the names in a request's statements must mean these tables. */
async function proveNamesMeanTheseTables(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ name: string }>(`
    select relname as name from pg_catalog.pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      and exists (select from pg_attribute where attrelid = pg_class.oid and attname = 'user_id')
      and to_regclass(quote_ident(relname)) is distinct from oid`)
  if (rows.length === 0) return
  refuse(`${rows.map(({ name }) => name).join(', ')} would be a table of another schema than public`)
}

async function insertUser(client: PoolClient, user: string): Promise<void> {
  try {
    // walls: it runs before the service serves anybody, and is rolled back.
    await client.query('insert into users (user_id, created_at) values ($1, now())', [user])
  } catch (cause) {
    if (!isRefusedByPolicy(cause)) throw cause
    refuse('a user cannot write a row of users of their own', cause)
  }
}

function isRefusedByPolicy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42501'
}

/** It says whose rows it means, not who asks; row-level security has to tell the difference. */
async function countRowsOf(client: PoolClient, user: string): Promise<number> {
  // walls: it runs before the service serves anybody, and is rolled back.
  const { rows } = await client.query<{ count: number }>(
    'select count(*)::integer as count from users where user_id = $1',
    [user],
  )
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

/**
 * The policy of `users` was just seen to work; every other table must have the same one and no second, since
 * policies add up.
 */
async function proveEveryPolicyIsTheSame(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ name: string }>(`
    with rules as (
      select tablename, array_agg(${rule}) as rules
      from pg_policies where schemaname = 'public' and roles <> '{tasklane_observer}'
      group by tablename
    )
    select relname as name
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = 'public' and relkind in ('r', 'p') and relrowsecurity
      and (select rules from rules where tablename = relname)
        is distinct from (select rules from rules where tablename = 'users')`)
  if (rows.length > 0)
    refuse(`the policies of ${rows.map(({ name }) => name).join(', ')} are not the one of users`)
}

/** A policy without a check for writes uses its other expression for them. */
const rule = `concat_ws(' / ', permissive, roles, cmd, qual, coalesce(with_check, qual))`

/** The role that may look at all users at once has the right to two columns, and to write nothing. */
async function proveObserverSeesRevisionsOnly(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ name: string }>(`
    select relname || '.' || attname as name
    from pg_class
      join pg_namespace on pg_namespace.oid = relnamespace
      join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
    where nspname in ('public', 'tasklane_auth') and relkind in ('r', 'p')
      and (has_table_privilege('tasklane_observer', pg_class.oid, 'insert, update, delete, truncate')
        or has_column_privilege('tasklane_observer', pg_class.oid, attnum, 'insert, update')
        or (has_column_privilege('tasklane_observer', pg_class.oid, attnum, 'select')
          and (nspname, relname, attname) not in
            (('public', 'task_lists', 'user_id'), ('public', 'task_lists', 'revision'))))`)
  if (rows.length > 0)
    refuse(`the role tasklane_observer has a right to ${rows.map(({ name }) => name).join(', ')}`)
}

function refuse(reason: string, cause?: unknown): never {
  throw new Error(`Cannot start, since users would not be isolated: ${reason}`, { cause })
}
