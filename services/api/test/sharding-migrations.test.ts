import { expect, test } from 'vitest'
import {
  breachesOf,
  migrationRules,
  perUserTablesMadeBy,
  perUserTablesOf,
  readMigrations,
} from './support/sharding/migration-rules.ts'

/*
 * One PostgreSQL may be full one day. Every migration is written so that a distributed engine takes it, with each user's
 * rows on one node.
 */

const migrations = readMigrations()
const tables = perUserTablesOf(migrations)

const beforeCitus = 'ran before the first database was distributed, and is never changed'
/** Migrations that break a rule, with what they break it with, and why they may. */
const allowedMigrations: Record<string, Record<string, [of: string[], why: string]>> = {
  '0001_tasks': {
    'makes functions before it makes or changes tables': [['app_set_user'], beforeCitus],
    'distributes a new per-user table right behind its making': [
      ['users', 'task_lists', 'tasks'],
      beforeCitus,
    ],
  },
  '0003_beyond_crud': {
    'adds a column and its constraint in two commands': [['trash_count'], beforeCitus],
    'distributes a new per-user table right behind its making': [['idempotency_keys'], beforeCitus],
  },
  '0008_purged_tasks': {
    'distributes a new per-user table right behind its making': [['purged_tasks', 'purges'], beforeCitus],
  },
  '0013_distribute_by_user': {
    'hides no per-user table in the text of a function': [['users'], 'asks the catalogue alone about users'],
  },
}

test('every migration is one that a distributed engine takes', () => {
  expect(tables).toContain('tasks')
  const before = new Set<string>()
  const found = migrations.flatMap(({ name, sql }) => {
    const breaches = breachesOf(sql, before).map(({ rule, of }) => `${name} ${rule}: ${of}`)
    for (const table of perUserTablesMadeBy(sql)) before.add(table)
    return breaches
  })
  const allowed = Object.entries(allowedMigrations).flatMap(([name, rules]) =>
    Object.entries(rules).flatMap(([rule, [of]]) => of.map((each) => `${name} ${rule}: ${each}`)),
  )
  expect(found.toSorted()).toEqual(allowed.toSorted())
})

const table = `create table notes (user_id uuid not null references users on delete cascade, id uuid, primary key (user_id, id));
  select distribute_by_user('notes')`

const breakingMigrations: [rule: string, of: string, sql: string, ...others: string[]][] = [
  [
    'begins every key, constraint and reference with user_id',
    'tasks',
    'alter table tasks add constraint tasks_id unique (id)',
    'alter table tasks add constraint tasks_id unique (id, user_id)',
    'alter table tasks add constraint next foreign key (next_id) references notes',
  ],
  [
    'begins every index with user_id',
    'tasks_title',
    'create index tasks_title on tasks (title)',
    'create unique index tasks_title on tasks (lower(title), user_id)',
  ],
  [
    'has no trigger on a per-user table',
    'late',
    'create trigger late after insert on tasks for each row execute function f()',
  ],
  [
    'takes no number from a sequence',
    'n',
    'alter table tasks add column n bigserial',
    "alter table tasks add column n bigint default nextval('numbers')",
  ],
  [
    'refers without on delete set',
    'tasks',
    'alter table tasks add constraint own foreign key (user_id) references users on delete set null',
    'alter table tasks add constraint own foreign key (user_id) references users on delete set default',
  ],
  [
    'adds a column and its constraint in two commands',
    'colour',
    "alter table tasks add column colour text check (colour <> '')",
    'alter table tasks add column a int, add column colour text constraint blue check (true)',
  ],
  ['gives a constraint that is added a name', 'tasks', "alter table tasks add check (title <> '')"],
  [
    'makes functions before it makes or changes tables',
    'f',
    "alter table tasks add column a int; create function f() returns int language sql as 'select 1'",
    "create index tasks_a on tasks (user_id, a); create or replace function f() returns int language sql as 'select 1'",
  ],
  [
    'distributes a new per-user table right behind its making',
    'other',
    'create table other (user_id uuid primary key)',
    `create table other (user_id uuid primary key); ${table}`,
    "create table other (user_id uuid primary key); alter table other enable row level security; select distribute_by_user('other')",
  ],
  [
    'leaves the rows of users alone',
    'tasks',
    "update tasks set title = 'x'",
    'delete from tasks where user_id is null',
    'copy tasks from stdin',
    'truncate tasks',
  ],
  [
    'hides no per-user table in the text of a function',
    'tasks',
    'do $$ begin update tasks set a = 1; end $$',
    "create function f() returns void language sql as 'delete from tasks'",
  ],
]

test('each rule of migrations has migrations that break it', () => {
  expect(breakingMigrations.map(([rule]) => rule)).toEqual(migrationRules)
})

test.each(breakingMigrations.flatMap(([rule, of, ...texts]) => texts.map((sql) => [rule, of, sql] as const)))(
  'a migration %s, or else %s is refused: %s',
  (rule, of, sql) => {
    expect(breachesOf(sql, tables)).toEqual([{ rule, of }])
  },
)

test.each([
  table,
  `${table}; alter table notes add column title text not null default ''; alter table notes add constraint titled check (title <> '');
   create index notes_title on notes (user_id, title)`,
  'create table tasklane_auth.thing (id bigserial primary key, user_id uuid); create index on tasklane_auth.thing (id)',
])('a migration that breaks no rule is let through: %s', (sql) => {
  expect(breachesOf(sql, tables)).toEqual([])
})
