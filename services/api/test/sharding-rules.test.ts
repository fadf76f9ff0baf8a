import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'
import { perUserTables } from './support/per-user-tables.ts'
import { perUserTablesOf, readMigrations } from './support/sharding/migration-rules.ts'
import { brokenRules, immutableFunctions, statementRules } from './support/sharding/statement-rules.ts'
import { everySqlText } from './support/statements.ts'

/*
 * One PostgreSQL may be full one day. Every statement is written so that a distributed engine takes it, with each user's
 * rows on one node.
 */

const tables = perUserTablesOf(readMigrations())

/** Statements that break a rule, and why they may. */
const allowedStatements: Record<string, Record<string, string>> = {
  account_import_tasks: {
    'inserts no rows of a CTE or a function':
      'an import is no short request; joined with the user’s own list, it goes to one node',
  },
  observeRevisions: {
    'names its owner, user_id = $1, for each table': 'looks at many users by design, as tasklane_observer',
  },
  listUsersAfter: {
    'names its owner, user_id = $1, for each table': 'goes through all users by design, as tasklane_observer',
  },
}

test('every statement goes to the one node that has its user, by how it is written', async () => {
  const statements = await everySqlText()
  expect(statements.length).toBeGreaterThan(100)
  const broken = statements.map(({ name, text }) => [name, brokenRules(text, tables)] as const)
  const found = Object.fromEntries(broken.filter(([, names]) => names.length > 0))
  const allowed = Object.entries(allowedStatements).map(([name, why]) => [name, Object.keys(why)])
  expect(found).toEqual(Object.fromEntries(allowed))
})

const breakingStatements: [rule: string, text: string, ...others: string[]][] = [
  [
    'names its owner, user_id = $1, for each table',
    'select id from tasks where id = $1',
    'select id from tasks where user_id = $2 and id = $1',
    'select id from tasks where user_id = $1 or id = $2',
    'select id from tasks where user_id = any($1::uuid[])',
    'select t.id from tasks t, task_lists l where t.user_id = $1 and t.id = $2',
    'select t.id from tasks t join task_lists l on l.user_id = t.user_id where l.user_id = $1',
    'select (select count(*) from tasks) from task_lists where user_id = $1',
    'select from task_lists where user_id = $1 union all select from task_lists',
    'with gone as (delete from tasks where id = $2) select from task_lists where user_id = $1',
    'update tasks t set revision = l.revision from task_lists l where l.user_id = $1 and t.id = $2',
    'delete from tasks t using task_lists l where l.user_id = $1 and l.revision = t.revision',
    'insert into users (created_at, user_id) values ($2, $1)',
    'insert into users (user_id, created_at) values ($2, $1)',
    'insert into users (user_id, created_at) select id, $1 from tasks where user_id = $1',
  ],
  [
    'has no merge',
    'merge into tasks t using task_lists l on t.user_id = l.user_id and l.user_id = $1 when matched then delete',
  ],
  [
    'inserts no rows of a CTE or a function',
    'insert into tasks (user_id, id) select $1, id from unnest($2::uuid[]) as id',
    'with new as (select $2::uuid as id) insert into tasks (user_id, id) select $1, id from new',
    'insert into tasks (user_id, id) with new as (select $2::uuid as id) select $1, id from new',
  ],
  [
    'has no subquery in values',
    'insert into users (user_id, created_at) values ($1, (select created_at from users where user_id = $1))',
  ],
  [
    'calls only immutable functions in a change',
    'update tasks set updated_at = now() where user_id = $1',
    'update tasks set updated_at = current_timestamp where user_id = $1',
    'update tasks set title = random()::text where user_id = $1',
    "update tasks set updated_at = date_trunc('day', updated_at) where user_id = $1",
    'delete from tasks where user_id = $1 and deleted_at < clock_timestamp()',
  ],
  [
    'sets no column to a time that is computed from a column',
    "update tasks set updated_at = updated_at + interval '1 day' where user_id = $1",
    'update tasks set updated_at = due::timestamptz where user_id = $1',
  ],
  [
    'calls no function in on conflict do update',
    'insert into users (user_id, created_at) values ($1, $2) on conflict (user_id) do update set created_at = now()',
    'insert into tasks (user_id, id) values ($1, $2) on conflict (user_id, id) do update set title = lower(excluded.title)',
  ],
  [
    'names the table of an insert by an alias where it returns columns',
    'insert into tasks (user_id, id) values ($1, $2) returning tasks.id',
    'with new as (insert into users (user_id, created_at) values ($1, $2) returning user_id) select from new',
  ],
]

test('each rule of statements has statements that break it', () => {
  expect(breakingStatements.map(([rule]) => rule)).toEqual(statementRules)
})

test.each(breakingStatements.flatMap(([rule, ...texts]) => texts.map((text) => [rule, text] as const)))(
  'a statement %s, or else is refused: %s',
  (rule, text) => {
    expect(brokenRules(text, tables)).toEqual([rule])
  },
)

test.each([
  'select id from tasks where user_id = $1 and id = $2',
  'select t.id from tasks t, task_lists l where t.user_id = $1 and l.user_id = $1::uuid',
  'insert into tasks as t (user_id, id) values ($1, $2) on conflict (user_id, id) do nothing returning t.id',
  'insert into tasks (user_id, id) values ($1, $2) on conflict (user_id, id) do update set title = excluded.title',
  'update tasks set updated_at = $2, title = coalesce($3, title) where user_id = $1',
  'select now()',
])('a statement that breaks no rule is let through: %s', (text) => {
  expect(brokenRules(text, tables)).toEqual([])
})

test('the functions that a change may call are immutable in the database, and the tables are all that it has', async () => {
  const { pool } = (await sharedApp()).database
  const { rows } = await pool.query<{ name: string; volatile: string }>(
    `select distinct proname as name, provolatile::text as volatile from pg_proc
     where pronamespace = 'pg_catalog'::regnamespace and proname = any($1) order by 1`,
    [immutableFunctions],
  )
  expect(rows).toEqual(immutableFunctions.map((name) => ({ name, volatile: 'i' })))
  expect([...tables].sort()).toEqual(await perUserTables(pool))
})
