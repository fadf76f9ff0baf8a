import { readFileSync } from 'node:fs'
import pg from 'pg'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate, migrationNames } from '../../src/database/migrate.ts'
import { openDatabase } from '../../src/database/open.ts'
import { proveWalls } from '../../src/database/prove-walls.ts'
import { startCluster } from '../support/cluster.ts'
import { silentLog } from '../support/log.ts'
import { createOwnDatabase, type OwnDatabase } from '../support/server.ts'

let own: OwnDatabase
beforeEach(async () => {
  own = await createOwnDatabase('empty')
})
afterEach(() => own.drop())

/** What a start does with the database before it serves. */
async function bringUp(url?: string): Promise<void> {
  const database = await openDatabase(own.config(url), silentLog)
  try {
    await migrate(database, silentLog)
    await proveWalls(database)
  } finally {
    await database.close()
  }
}

const applied = async (url?: string) =>
  (await own.query('select name from schema_migrations order by id', url)).rows.map(({ name }) => name)

test('processes that start at once migrate once', async () => {
  await Promise.all([bringUp(), bringUp(), bringUp()])
  expect(await applied()).toEqual(migrationNames().sort())
  await bringUp()
  expect(await applied()).toEqual(migrationNames().sort())
})

test('a start that is killed in the middle leaves nothing, and the next one completes', async () => {
  await bringUp()
  await own.query(
    'delete from schema_migrations; drop schema tasklane_auth cascade; drop table users cascade',
  )
  await own.query(
    'drop table tasks, task_lists, idempotency_keys, purged_tasks, purges; drop function app_set_user, distribute_by_user',
  )
  // The table that is made first is kept from being there, so the migration waits, in its transaction.
  const blocker = new pg.Client({ connectionString: own.url })
  await blocker.connect()
  await blocker.query('begin; create table users (user_id uuid primary key)')
  const killed = bringUp()
  const refused = expect(killed).rejects.toThrow()
  const waiting = `select pid from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query not like '%advisory%'`
  await expect.poll(async () => (await own.query(waiting)).rowCount).toBe(1)
  await own.query(`select pg_terminate_backend(pid) from (${waiting}) as waiting`)
  await refused
  await blocker.query('rollback')
  await blocker.end()

  expect(await applied()).toEqual([])
  await bringUp()
  expect(await applied()).toEqual(migrationNames().sort())
})

test('a database from before tasks could be planned is brought up with its data', async () => {
  const before = migrationNames().sort().slice(0, 6)
  for (const name of before) {
    await own.query(readFileSync(new URL(`../../migrations/${name}.sql`, import.meta.url), 'utf8'))
  }
  await own.query(
    'create table schema_migrations (id serial primary key, name varchar(255) not null, run_on timestamp not null)',
  )
  await own.query(
    `insert into schema_migrations (name, run_on) select unnest('{${before.join(',')}}'::text[]), now()`,
  )
  const user = '00000000-0000-4000-8000-000000000001'
  await own.query(`insert into users values ('${user}', now())`)
  await own.query(
    `insert into task_lists (user_id, task_count, trash_count, revision) values ('${user}', 2, 1, 3)`,
  )
  await own.query(
    `insert into tasks (user_id, id, title, completed, created_at, updated_at, revision, is_deleted, deleted_at)
     select '${user}', ('00000000-0000-7000-8000-00000000000' || n)::uuid, 'Task ' || n, false, now(), now(), n,
            n = 3, case when n = 3 then now() end
     from generate_series(1, 3) n`,
  )
  await bringUp()
  expect(await applied()).toEqual(migrationNames().sort())
  const { rows } = await own.query(
    'select title, is_deleted, due, priority, tags, position, next_id from tasks order by title',
  )
  const unplanned = { due: null, priority: null, tags: null, position: null, next_id: null }
  expect(rows).toEqual([1, 2, 3].map((n) => ({ title: `Task ${n}`, is_deleted: n === 3, ...unplanned })))
})

test('a database that a newer version migrated is refused and left alone', async () => {
  await bringUp()
  await own.query("insert into schema_migrations (name, run_on) values ('9999_future', now())")
  await expect(bringUp()).rejects.toThrow(/newer than this version of Tasklane: .*9999_future/)
  await own.query("delete from schema_migrations where name = '9999_future'")
  await bringUp()
})

test('a plain owner may bring it up: one who may make roles, and one who was given the role', async () => {
  // Roles belong to the whole server, so this takes one of its own.
  const cluster = await startCluster()
  const as = (role: string, database: string) =>
    cluster.url.replace('postgres@', `${role}@`).replace(/postgres$/, database)
  const admin = (sql: string) => own.query(sql, cluster.url)
  await admin('create role plain login nosuperuser nocreaterole')
  await admin('create database plain owner plain')
  await own.query('alter schema public owner to plain', as('postgres', 'plain'))
  await expect(bringUp(as('plain', 'plain'))).rejects.toThrow(
    'create role tasklane_app nologin; create role tasklane_observer nologin; ' +
      'grant tasklane_app, tasklane_observer to plain',
  )

  await admin('create role maker login nosuperuser createrole')
  await admin('create database maker owner maker')
  await own.query('alter schema public owner to maker', as('postgres', 'maker'))
  await bringUp(as('maker', 'maker'))

  // The role is there now, but is not plain's to act as.
  await expect(bringUp(as('plain', 'plain'))).rejects.toThrow(
    'grant tasklane_app, tasklane_observer to plain',
  )
  await admin('grant tasklane_app, tasklane_observer to plain')
  await bringUp(as('plain', 'plain'))
  await bringUp(as('plain', 'plain'))
  expect(await applied(as('plain', 'plain'))).toEqual(migrationNames().sort())
  await cluster.stop()
})

test('a migration that is refused is told in one short message, by its name and the reason, and changes nothing', async () => {
  await own.query('create table tasks (id int)')
  const lines: string[] = []
  const log = pino({ level: 'info' }, { write: (line) => lines.push(line) })
  const database = await openDatabase(own.config(), log)
  const refusal = await migrate(database, log).then(
    () => 'nothing',
    (error: Error) => error.message,
  )
  await database.close()
  expect(refusal).toContain(
    'refused the migration 0001_tasks: relation "tasks" already exists (SQLSTATE 42P07)',
  )
  expect(refusal.length).toBeLessThan(300)
  // Nothing of the SQL is in the log either.
  expect(lines).toEqual([])
  await own.query('drop table tasks')
  await bringUp()
})
