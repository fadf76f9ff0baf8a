import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import { arrange } from './support/isolation.ts'
import { perUserTables } from './support/per-user-tables.ts'
import { Sender } from './support/sender.ts'
import { withoutOwner } from './walls/mutants.ts'
import { exportedStatements, namesTable, readSources } from './walls/sources.ts'

/*
 * What the database says of itself, whatever the migrations were meant to do. Every table is asked, those of
 * tomorrow included.
 */

let app: TestApp
let tables: string[]
beforeAll(async () => {
  app = await startTestApp()
  tables = await perUserTables(app.database.pool)
  expect(tables).toEqual(expect.arrayContaining(['task_lists', 'tasks', 'users']))
})
afterAll(() => app.close())

const rowsOf = async <T extends pg.QueryResultRow>(sql: string, ...values: unknown[]): Promise<T[]> =>
  (await app.database.pool.query<T>(sql, values)).rows

/** Runs in a transaction that acts for a user, exactly as a request's does, and is rolled back. */
async function asUser<T>(userId: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await app.database.pool.connect()
  try {
    await client.query('begin')
    await client.query('select app_set_user($1)', [userId])
    return await work(client)
  } finally {
    await client.query('rollback')
    client.release()
  }
}

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

/** As PostgreSQL stores the one condition that may guard a table. */
const ownRowsOnly = "(user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)"

describe('every per-user table', () => {
  test('has row-level security, forced on its owner too', async () => {
    const open = await rowsOf(
      "select relname from pg_class where relname = any($1) and relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)",
      tables,
    )
    expect(open).toEqual([])
  })

  test('lets every command at the own rows only, by a policy for all roles', async () => {
    const policies = await rowsOf<{ tablename: string; cmd: string; qual: string; with_check: string }>(
      "select tablename, permissive, roles::text as roles, cmd, qual, with_check from pg_policies where schemaname = 'public' and policyname <> 'observer_sees_revisions'",
    )
    const strict = {
      permissive: 'PERMISSIVE',
      roles: '{public}',
      cmd: 'ALL',
      qual: ownRowsOnly,
      with_check: ownRowsOnly,
    }
    expect(policies.map(({ tablename }) => tablename).sort()).toEqual(tables)
    for (const policy of policies) expect(policy).toMatchObject(strict)
  })

  test('begins every key, constraint, reference and index with user_id', async () => {
    const indexes = await rowsOf<{ definition: string }>(
      'select pg_get_indexdef(indexrelid) as definition from pg_index where indrelid = any($1::regclass[]::oid[])',
      tables,
    )
    const keys = await rowsOf<{ definition: string }>(
      "select pg_get_constraintdef(oid) as definition from pg_constraint where contype in ('p', 'u', 'f', 'x') and conrelid = any($1::regclass[]::oid[])",
      tables,
    )
    expect(indexes.length).toBeGreaterThanOrEqual(tables.length)
    expect(keys.length).toBeGreaterThanOrEqual(tables.length)
    const unscoped = [...indexes, ...keys].filter(({ definition }) => !/^[^(]*\(user_id\b/.test(definition))
    expect(unscoped).toEqual([])
  })

  test('is referred to, and refers, by user_id', async () => {
    const references = await rowsOf<{ definition: string; foreign: string }>(
      `select pg_get_constraintdef(oid) as definition, confrelid::regclass::text as foreign, confdeltype as on_delete
       from pg_constraint where contype = 'f' and (conrelid = any($1::regclass[]::oid[]) or confrelid = any($1::regclass[]::oid[]))`,
      tables,
    )
    expect(references.length).toBeGreaterThan(0)
    for (const reference of references) {
      expect(tables).toContain(reference.foreign)
      expect(reference.definition).toMatch(/^FOREIGN KEY \(user_id\b.* REFERENCES \w+\(user_id\b/)
      expect(reference).toMatchObject({ on_delete: 'c' })
    }
  })

  test('has no trigger, no rule and no sequence', async () => {
    const triggers = await rowsOf(
      'select tgname from pg_trigger where not tgisinternal and tgrelid = any($1::regclass[]::oid[])',
      tables,
    )
    const rules = await rowsOf("select tablename, rulename from pg_rules where schemaname = 'public'")
    const sequences = await rowsOf(
      `select relname from pg_depend join pg_class on pg_class.oid = objid
       where relkind = 'S' and refobjid = any($1::regclass[]::oid[])`,
      tables,
    )
    expect([...triggers, ...rules, ...sequences]).toEqual([])
  })
})

/** What each kind of task costs: a write of it, a change of it included, writes so many index entries. */
const entriesOf: [what: string, columns: Record<string, unknown>, entries: number][] = [
  ['a plain task, open', {}, 6],
  ['a plain task, completed', { completed: true }, 6],
  ['one with a due', { due: '2026-12-01' }, 10],
  ['one with a priority', { priority: 1 }, 10],
  ['one with a place', { position: 'm' }, 9],
  ['one with tags', { tags: ['home'] }, 7],
  ['one with all of these', { due: '2026-12-01', priority: 1, position: 'm', tags: ['home'] }, 12],
  ['a deleted one', { is_deleted: true, deleted_at: '2026-01-01T00:00:00Z' }, 3],
]

test('each kind of task is in as many indexes as are counted here, and no index is in none of the counts', async () => {
  const user = await app.signIn()
  const { id } = (await user.post('/tasks', { title: 'Counted' })).body
  const indexes = await rowsOf<{ name: string; predicate: string | null }>(
    `select indexrelid::regclass::text as name, pg_get_expr(indpred, indrelid) as predicate
     from pg_index where indrelid = 'tasks'::regclass`,
  )
  const counted = new Set<string>()
  const counts = await asUser(user.id, async (client) => {
    const found: [string, number][] = []
    for (const [what, columns] of entriesOf) {
      const names = Object.keys(columns)
      const set = names.map((name, index) => `, ${name} = $${index + 3}`).join('')
      await client.query('savepoint plain')
      await client.query(`update tasks set title = title${set} where user_id = $1 and id = $2`, [
        user.id,
        id,
        ...Object.values(columns),
      ])
      const holding = []
      for (const { name, predicate } of indexes) {
        const where = `user_id = $1 and id = $2 and (${predicate ?? 'true'})`
        if ((await client.query(`select from tasks where ${where}`, [user.id, id])).rowCount === 1)
          holding.push(name)
      }
      await client.query('rollback to plain')
      for (const name of holding) counted.add(name)
      found.push([what, holding.length])
    }
    return found
  })
  expect(counts).toEqual(entriesOf.map(([what, , entries]) => [what, entries]))
  expect(indexes.map(({ name }) => name).filter((name) => !counted.has(name))).toEqual([])
})

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

test('every statement in the source code names its owner as the first parameter', async () => {
  const statements = await exportedStatements(tables)
  expect(statements.length).toBeGreaterThan(0)
  expect(statements.filter(({ text }) => withoutOwner(text) === undefined)).toEqual([])
  const inline = readSources(tables).filter(
    ({ chunks, exemption }) => chunks.length === 1 && exemption === undefined,
  )
  for (const { place, chunks } of inline) {
    const [text = ''] = chunks
    const isFragment = statements.some((statement) => statement.text.includes(text))
    expect(isFragment || withoutOwner(text) !== undefined, place).toBe(true)
  }
  expect(statements.every(({ text }) => namesTable(text, tables))).toBe(true)
})
