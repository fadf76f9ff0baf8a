import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runDistribute } from '../../src/commands/distribute.ts'
import { loadConfig } from '../../src/config.ts'
import { migrate } from '../../src/database/migrate.ts'
import { openDatabase } from '../../src/database/open.ts'
import { faultIn } from '../../src/distribution/check.ts'
import { everyStatement } from '../../src/distribution/every-statement.ts'
import { startApp } from '../../src/service.ts'
import { testSecret } from '../support/app.ts'
import { apiFolder } from '../support/build.ts'
import { installCitusStandIn } from '../support/citus-stand-in.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { silentLog } from '../support/log.ts'
import { databaseUrl, queryAt } from '../support/postgres.ts'
import { seededTask, seedTasks } from '../support/seed.ts'
import { allStatements } from '../support/statements.ts'

/*
 * Citus is not to be had here. What stands in for it proves the plan, its order, the refusals and the way back; the
 * project `citus` has the rest.
 */

// Roles belong to the whole server, and this changes them.
let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster(['fsync=off'])
  await queryAt(cluster.url, 'create database seeded')
  await bringUp(at('seeded'))
  await queryAt(cluster.url, 'create role plain login createrole')
})
afterAll(() => cluster.stop())

const USERS = 3
const tables = ['idempotency_keys', 'purged_tasks', 'purges', 'task_lists', 'tasks', 'users']

function at(name: string, role = 'postgres'): string {
  return databaseUrl(cluster.url, name).replace('postgres@', `${role}@`)
}

const configOf = (url: string) => loadConfig({ DATABASE_URL: url, JWT_SECRET: testSecret })

/** As a first start does, and some users with a task each. */
async function bringUp(url: string): Promise<void> {
  const database = await openDatabase(configOf(url), silentLog)
  await migrate(database, silentLog)
  for (let user = 0; user < USERS; user += 1) await seedTasks(database, randomUUID(), [seededTask()])
  await database.close()
}

interface Coordinator {
  url: string
  query: (sql: string) => Promise<Record<string, unknown>[]>
}

/** A migrated database with users, on what looks like the coordinator of a cluster. */
async function coordinator(): Promise<Coordinator> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await queryAt(cluster.url, `create database ${name} template seeded`)
  return standingIn(name)
}

/** The same whose tables an ordinary role owns. */
async function coordinatorOfPlain(): Promise<Coordinator> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await queryAt(cluster.url, 'alter role plain createrole')
  await queryAt(cluster.url, 'grant tasklane_app, tasklane_observer to plain with admin option')
  await queryAt(cluster.url, `create database ${name} owner plain`)
  await queryAt(at(name), 'alter schema public owner to plain')
  await bringUp(at(name, 'plain'))
  return { ...(await standingIn(name)), url: at(name, 'plain') }
}

async function standingIn(name: string): Promise<Coordinator> {
  // The roles are the server's, and as they are made by the first start.
  await queryAt(cluster.url, 'alter role tasklane_app nologin')
  await queryAt(cluster.url, 'alter role tasklane_observer nologin')
  await installCitusStandIn(at(name))
  return { url: at(name), query: async (sql) => (await queryAt(at(name), sql)).rows }
}

interface Running {
  child: ReturnType<typeof spawn>
  ended: Promise<{ code: number | null; output: string }>
}

function start(url: string, ...args: string[]): Running {
  const { PATH } = process.env
  const env = { PATH, DATABASE_URL: url, JWT_SECRET: testSecret }
  const child = spawn(process.execPath, [join(apiFolder, 'bin/tasklane.js'), 'distribute', ...args], { env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  }
  return { child, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, output }))) }
}

const run = (url: string, ...args: string[]) => start(url, ...args).ended

const distributed = async ({ query }: Coordinator) =>
  (
    await query("select logicalrelid::text as name from pg_dist_partition where partmethod = 'h' order by 1")
  ).map(({ name }) => name)
const calls = async ({ query }: Coordinator) =>
  (await query('select call from stand_in.calls order by id')).map(({ call }) => call)
const unforced = async ({ query }: Coordinator) =>
  (
    await query(
      "select relname from pg_class where relname = any('{users,task_lists,tasks,idempotency_keys,purged_tasks,purges}') and not relforcerowsecurity order by 1",
    )
  ).map(({ relname }) => relname)
const fault = ({ query }: Coordinator, name: string, message = 'no such node') =>
  query(`insert into stand_in.faults values ('${name}', '${message}')`)
const mend = ({ query }: Coordinator) => query('delete from stand_in.faults')
const rows = async ({ query }: Coordinator) =>
  (await query('select count(*)::int as count from tasks'))[0]?.count

/** A start proves the walls, and refuses where they do not stand. */
async function startService({ url }: Coordinator): Promise<void> {
  const app = await startApp(configOf(url), await openDatabase(configOf(url), silentLog), silentLog)
  await app.close()
}

test('the plan says all that would be done, in order, and nothing of it is done', async () => {
  const here = await coordinator()
  const { code, output } = await run(here.url, '--plan', '--shards=64', '--workers')
  expect(code).toBe(0)
  expect(
    output.replaceAll(/^ +/gm, ''),
  ).toContain(`Citus 13.2-1, as postgres, a superuser. Rows may be on first:5432, second:5432.
Per-user tables: task_lists, idempotency_keys, purged_tasks, purges, tasks, users.
1. Spread the users over the nodes, in one transaction; requests wait meanwhile:
begin;
set local lock_timeout = '4s';
set local statement_timeout = 0;
set local idle_in_transaction_session_timeout = 0;
alter role tasklane_app login;
alter role tasklane_observer login;
lock table task_lists, idempotency_keys, purged_tasks, purges, tasks, users in access exclusive mode;
select count(*) from task_lists;
select count(*) from idempotency_keys;
select count(*) from purged_tasks;
select count(*) from purges;
select count(*) from tasks;
select count(*) from users;
select create_distributed_table('users', 'user_id', shard_count => 64);
select create_distributed_table('tasks', 'user_id', colocate_with => 'users');
select create_distributed_table('purges', 'user_id', colocate_with => 'users');
select create_distributed_table('purged_tasks', 'user_id', colocate_with => 'users');
select create_distributed_table('idempotency_keys', 'user_id', colocate_with => 'users');
select create_distributed_table('task_lists', 'user_id', colocate_with => 'users');
select count(*) from task_lists;`)
  expect(output).toContain("select truncate_local_data_after_distributing_table('users');")
  expect(output).toContain(
    `select citus_add_local_table_to_metadata('tasklane_auth."user"', cascade_via_foreign_keys => true);`,
  )
  expect(output).toContain('Nothing was done.')
  expect([await distributed(here), await calls(here)]).toEqual([[], []])
})

test.each(['superuser', 'owner'])(
  'as the %s, users are spread with what they have, and again is nothing',
  async (role) => {
    const here = role === 'owner' ? await coordinatorOfPlain() : await coordinator()
    const first = await run(here.url, '--workers')
    expect([first.code, first.output]).toEqual([0, expect.stringContaining('both walls stand')])
    expect([await distributed(here), await unforced(here), await rows(here)]).toEqual([tables, [], USERS])
    expect(
      await here.query(
        "select rolcanlogin from pg_roles where rolname in ('tasklane_app', 'tasklane_observer')",
      ),
    ).toEqual([{ rolcanlogin: true }, { rolcanlogin: true }])
    const done = await calls(here)
    expect(done.slice(0, 2)).toEqual([
      'create_distributed_table users user_id default ',
      'create_distributed_table tasks user_id users ',
    ])
    expect(done).toContain('add_local_table tasklane_auth."user" t')

    const again = await run(here.url, '--workers')
    expect([again.code, again.output]).toEqual([0, expect.stringContaining('There was nothing to do.')])
    expect(await calls(here)).toEqual(done)
    await startService(here)
  },
)

test('a run that is cut off leaves nothing of its step behind, and the next one goes on from there', async () => {
  const here = await coordinatorOfPlain()
  await fault(here, 'create_distributed_table')
  const cut = await run(here.url)
  expect([cut.code, cut.output]).toEqual([
    1,
    expect.stringContaining('no such node. Nothing of this step was done'),
  ])
  expect([await distributed(here), await unforced(here)]).toEqual([[], []])
  await startService(here)

  await mend(here)
  await fault(here, 'truncate_local_data_after_distributing_table')
  expect((await run(here.url)).code).toBe(1)
  expect([await distributed(here), await unforced(here)]).toEqual([tables, []])

  await mend(here)
  const rest = await run(here.url)
  expect(rest.output).toMatch(/^1\. Free the room/m)
  expect(rest.output).not.toContain('create_distributed_table')
  expect([rest.code, await rows(here)]).toEqual([0, USERS])
})

test('a row that is lost on the way undoes it all', async () => {
  const here = await coordinator()
  await fault(here, 'lose a row', 'tasks')
  const lost = await run(here.url)
  expect([lost.code, lost.output]).toEqual([
    1,
    expect.stringContaining(`select count(*) from tasks gives ${USERS - 1}, and gave ${USERS} before`),
  ])
  expect([await distributed(here), await rows(here)]).toEqual([[], USERS])
})

test('a table that a later version brings is spread by itself where users are, and left alone elsewhere', async () => {
  const make = `create table notes (user_id uuid primary key references users on delete cascade); select distribute_by_user('notes')`
  const plain = `test_${randomUUID().replaceAll('-', '')}`
  await queryAt(cluster.url, `create database ${plain} template seeded`)
  await queryAt(at(plain), make)

  const here = await coordinator()
  await here.query(make)
  expect(await distributed(here)).toEqual([])
  await here.query('drop table notes')
  expect((await run(here.url)).code).toBe(0)
  await here.query(make)
  expect(await distributed(here)).toEqual(['idempotency_keys', 'notes', ...tables.slice(1)])
})

test.each([
  ['it is a node', 'update pg_dist_local_group set groupid = 1', 'This is a node, not the coordinator'],
  ['no node may hold rows', 'update pg_dist_node set shouldhaveshards = false', 'No node may hold rows'],
  [
    'another role owns a table',
    'alter table tasks owner to postgres',
    'postgres owns the tables: connect as that role',
  ],
  [
    'a table is distributed in another way',
    "insert into pg_dist_partition values ('tasks', 'h', 'id', 5)",
    'tasks is distributed, but not by user_id beside users',
  ],
  [
    'the owner may not let the roles in',
    'alter role plain nocreaterole',
    'as an administrator, once: alter role tasklane_app login; alter role tasklane_observer login',
  ],
  [
    'a migration has not run',
    "delete from schema_migrations where name = '0013_distribute_by_user'",
    'it has to run 0013_distribute_by_user',
  ],
  [
    'Citus is not there',
    "set allow_system_table_mods = on; delete from pg_extension where extname = 'citus'",
    'Citus is not in this database',
  ],
])('where %s, it is refused with what to do', async (_, sql, refusal) => {
  const here = await coordinatorOfPlain()
  await here.query(sql)
  await expect(runDistribute(configOf(here.url), [], {})).rejects.toThrow(refusal)
  await expect(runDistribute(configOf(here.url), [], { check: true })).rejects.toThrow(refusal)
  expect(await calls(here)).toEqual([])
})

test('without a server it is refused, and so is an option that it has not', async () => {
  const nowhere = await run('')
  expect([nowhere.code, nowhere.output]).toEqual([1, expect.stringContaining('set DATABASE_URL')])
  const wrong = await run('', '--plann')
  expect([wrong.code, wrong.output]).toEqual([
    1,
    expect.stringContaining('tasklane distribute [--plan] [--shards=N]'),
  ])
  const odd = await run(cluster.url, '--shards=many')
  expect([odd.code, odd.output]).toEqual([1, expect.stringContaining('--shards must be')])
})

test('the check tells where the rows are, and each statement that Citus does not plan for one shard', async () => {
  const here = await coordinator()
  await expect(runDistribute(configOf(here.url), [], { check: true })).rejects.toThrow(
    'Run `tasklane distribute`',
  )
  expect((await run(here.url)).code).toBe(0)
  const { code, output } = await run(here.url, '--check')
  expect(output).toContain('first:5432  tasks              1 shards, 8192 bytes')
  // A plain server plans all of them, and none as Citus would.
  const { length } = everyStatement()
  expect(output).toContain(`${length} of ${length} statements do not go to one shard`)
  expect(output).toContain('task_update: Citus has no part in its plan')
  expect(output).not.toMatch(/error/i)
  expect(code).toBe(1)

  // One that fails keeps none of the others from being looked at.
  await here.query('revoke all on purges from tasklane_app')
  const broken = await run(here.url, '--check')
  expect(broken.output).toContain('purge_forget_marks: error: permission denied for table purges')
  expect(broken.output).toContain('trash_purge: Citus has no part in its plan')
  expect(broken.output).not.toContain('already exists')
})

test('the check knows every statement of requests', async () => {
  const names = (statements: { name: string }[]) => statements.map(({ name }) => name).sort()
  expect(names(everyStatement())).toEqual(names(await allStatements()))
})

test.each([
  [['Custom Scan (Citus Adaptive)', '  Task Count: 1', '  Tasks Shown: All'], undefined],
  [['Custom Scan (Citus Adaptive)', '  Task Count: 32', '  Tasks Shown: One of 32'], '32 shards'],
  [
    [
      'Custom Scan (Citus Adaptive)',
      '  ->  Distributed Subplan 5_1',
      '        Task Count: 1',
      '  Task Count: 1',
    ],
    'the coordinator gathers rows (->  Distributed Subplan 5_1)',
  ],
  [
    [
      'Custom Scan (Citus INSERT ... SELECT)',
      '  INSERT/SELECT method: pull to coordinator',
      '  Task Count: 1',
    ],
    'the coordinator gathers rows (INSERT/SELECT method: pull to coordinator)',
  ],
  [['Seq Scan on tasks'], 'Citus has no part in its plan'],
])('a plan of %j is judged', (lines, fault) => {
  expect(faultIn(lines)).toBe(fault)
})

test('a rebalance lifts row-level security from the owner for as long as it moves rows', async () => {
  const here = await coordinatorOfPlain()
  await expect(runDistribute(configOf(here.url), [], { rebalance: true })).rejects.toThrow(
    'distribute` first',
  )
  expect((await run(here.url)).code).toBe(0)
  const { code, output } = await run(here.url, '--rebalance')
  expect([code, output]).toEqual([0, expect.stringContaining('spread evenly')])
  expect(await calls(here)).toContain('rebalance users')
  expect(await unforced(here)).toEqual([])
  await fault(here, 'rebalance_table_shards')
  const failed = await run(here.url, '--rebalance')
  expect([failed.code, failed.output]).toEqual([1, expect.stringContaining('no such node')])
  expect(await unforced(here)).toEqual([])
})

/** A rebalance that is at work until the holder lets it go on. */
async function rebalancing(here: Coordinator): Promise<Running & { holder: pg.Client }> {
  expect((await run(here.url)).code).toBe(0)
  const holder = new pg.Client({ connectionString: here.url })
  await holder.connect()
  await holder.query('select pg_advisory_lock(77)')
  const running = start(here.url, '--rebalance')
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  await expect.poll(async () => (await holder.query(waiting)).rowCount).toBe(1)
  expect(await unforced(here)).toEqual(tables)
  return { ...running, holder }
}

test('a rebalance that is stopped by Ctrl-C puts row-level security back, and no second one runs beside it', async () => {
  const here = await coordinator()
  const { child, ended, holder } = await rebalancing(here)
  await expect(runDistribute(configOf(here.url), [], { rebalance: true })).rejects.toThrow(
    'Another rebalance',
  )
  child.kill('SIGINT')
  const { code, output } = await ended
  expect([code, output]).toEqual([1, expect.stringContaining('Stopped')])
  expect(await unforced(here)).toEqual([])
  await holder.end()
  await startService(here)
})

test('after a rebalance that was killed no service starts, until the next run has put row-level security back', async () => {
  const here = await coordinator()
  const { child, ended, holder } = await rebalancing(here)
  child.kill('SIGKILL')
  await ended
  await holder.end()
  await expect(startService(here)).rejects.toThrow('row-level security is not forced')
  const { code, output } = await run(here.url)
  expect([code, output]).toEqual([0, expect.stringContaining('put it back')])
  expect(await unforced(here)).toEqual([])
  await startService(here)
})
