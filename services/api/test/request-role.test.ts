import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import { arrange } from './support/isolation.ts'
import { perUserTables } from './support/per-user-tables.ts'
import { rolledBackAs } from './support/rolled-back.ts'
import { Sender } from './support/sender.ts'

/* What the role that requests act as may do, whatever the migrations were meant to grant. */

let app: TestApp
let tables: string[]
beforeAll(async () => {
  app = await startTestApp()
  tables = await perUserTables(app.database.pool)
  expect(tables).toContain('tasks')
})
afterAll(() => app.close())

const rowsOf = async <T extends pg.QueryResultRow>(sql: string, ...values: unknown[]): Promise<T[]> =>
  (await app.database.pool.query<T>(sql, values)).rows

const asUser = <T>(userId: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> =>
  rolledBackAs(app.database.pool, userId, work)

const INSUFFICIENT_PRIVILEGE = '42501'

/** The SQLSTATE that the role of requests gets for a statement; undefined if it is let through. */
const refusalOf = (sql: string, userId: string = randomUUID()): Promise<string | undefined> =>
  asUser(userId, (client) =>
    client.query(sql).then(
      () => undefined,
      (error: { code?: string }) => error.code ?? 'none',
    ),
  )

/** Two users with a row in every per-user table. */
async function arrangeTwo(): Promise<[User, User]> {
  const users: [User, User] = [await app.signIn(), await app.signIn()]
  for (const user of users) await arrange(new Sender(app.url, `Bearer ${user.token}`))
  return users
}

describe('the role of requests', () => {
  test('is tasklane_app, which has no privilege and is a member of nothing', async () => {
    const [role] = await asUser(randomUUID(), async (client) => {
      const answer = await client.query(
        `select rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication, rolcanlogin,
                exists (select from pg_auth_members where member = pg_roles.oid) as inherits
         from pg_roles where rolname = current_user`,
      )
      return answer.rows
    })
    expect(role).toEqual({
      rolname: 'tasklane_app',
      rolsuper: false,
      rolbypassrls: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolreplication: false,
      rolcanlogin: false,
      inherits: false,
    })
  })

  test('owns nothing', async () => {
    const owned = await rowsOf(
      "select classid::regclass::text, objid::text from pg_shdepend where deptype = 'o' and refobjid = 'tasklane_app'::regrole",
    )
    expect(owned).toEqual([])
  })

  test('has the four rights on rows of the per-user tables, and no right on any other table', async () => {
    const rights = await rowsOf<{ name: string; rights: string }>(`
      select table_schema || '.' || table_name as name, string_agg(lower(privilege_type), ' ' order by privilege_type) as rights
      from information_schema.table_privileges where grantee = 'tasklane_app' group by 1`)
    for (const { name, rights: granted } of rights) {
      expect(tables.map((table) => `public.${table}`)).toContain(name)
      expect(['delete', 'insert', 'select', 'update']).toEqual(expect.arrayContaining(granted.split(' ')))
    }
    const toPublic = await rowsOf(`
      select table_schema, table_name from information_schema.table_privileges
      where grantee = 'PUBLIC' and table_schema not in ('pg_catalog', 'information_schema')`)
    expect(toPublic).toEqual([])
  })

  test('cannot empty a per-user table, nor change what guards it', async () => {
    for (const table of tables) {
      for (const sql of [
        `truncate ${table} cascade`,
        `alter table ${table} disable row level security`,
        `alter table ${table} no force row level security`,
        `drop policy owner_only on ${table}`,
        `create policy everything on ${table} using (true)`,
        `create trigger t before insert on ${table} for each row execute function suppress_redundant_updates_trigger()`,
      ]) {
        expect(await refusalOf(sql), sql).toBe(INSUFFICIENT_PRIVILEGE)
      }
    }
  })

  test("cannot see the issuer's secrets, nor any other table", async () => {
    const others = await rowsOf<{ name: string }>(
      `select format('%I.%I', nspname, relname) as name
       from pg_class join pg_namespace on pg_namespace.oid = relnamespace
       where relkind in ('r', 'p', 'v', 'm', 'f') and nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
         and not (nspname = 'public' and relname = any($1))`,
      tables,
    )
    expect(others.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['tasklane_auth.jwks', 'tasklane_auth.session']),
    )
    for (const { name } of others) {
      for (const sql of [`select from ${name}`, `delete from ${name}`]) {
        expect(await refusalOf(sql), sql).toBe(INSUFFICIENT_PRIVILEGE)
      }
    }
  })

  test('cannot make anything, nor become anybody', async () => {
    for (const sql of [
      'create table mine (id int)',
      'create schema mine',
      'create view mine as select 1',
      "create function mine() returns int language sql as 'select 1'",
      'create table tasklane_auth.mine (id int)',
      'alter role tasklane_app superuser',
      'create role other',
      "copy (select 1) to program 'true'",
    ]) {
      expect(await refusalOf(sql), sql).toBe(INSUFFICIENT_PRIVILEGE)
    }
  })
})

describe('row-level security by itself', () => {
  test('shows and changes the own rows only, without any owner clause', async () => {
    const [alice, bob] = await arrangeTwo()
    const before = await alice.get('/tasks')
    await asUser(bob.id, async (client) => {
      for (const table of tables) {
        const seen = await client.query<{ user_id: string }>(`select user_id from ${table}`)
        expect(new Set(seen.rows.map((row) => row.user_id)), table).toEqual(new Set([bob.id]))
        const changed = await client.query(`update ${table} set user_id = user_id`)
        expect(changed.rowCount, table).toBe(seen.rowCount)
      }
      await client.query('delete from users')
    })
    expect((await alice.get('/tasks')).text).toBe(before.text)
  })

  test('lets nobody give a row of theirs to another', async () => {
    const [alice, bob] = await arrangeTwo()
    for (const table of tables) {
      const sql = `update ${table} set user_id = '${alice.id}'`
      expect(await refusalOf(sql, bob.id), sql).toBe(INSUFFICIENT_PRIVILEGE)
    }
  })

  test('ends with the transaction', async () => {
    const client = await app.database.pool.connect()
    const before = await client.query('select current_user as role')
    await client.query('begin')
    await client.query('select app_set_user($1)', [randomUUID()])
    await client.query('commit')
    const after = await client.query(
      "select current_user as role, coalesce(current_setting('app.user_id', true), '') as user_id, current_setting('statement_timeout') as timeout",
    )
    client.release()
    expect(after.rows).toEqual([{ ...before.rows[0], user_id: '', timeout: '0' }])
  })
})
