import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'
import { perUserTables } from './support/per-user-tables.ts'
import { rolledBackAs } from './support/rolled-back.ts'
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
  const counts = await rolledBackAs(app.database.pool, user.id, async (client) => {
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
