import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Coordinator,
  type Coordinators,
  calls,
  distributed,
  fault,
  run,
  startCoordinators,
  startService,
  tables,
  USERS,
  unforced,
} from '../support/coordinators.ts'
import { queryAt } from '../support/postgres.ts'

let coordinators: Coordinators
beforeAll(async () => {
  coordinators = await startCoordinators()
})
afterAll(() => coordinators.stop())

const mend = ({ query }: Coordinator) => query('delete from stand_in.faults')
const rows = async ({ query }: Coordinator) =>
  (await query('select count(*)::int as count from tasks'))[0]?.count

test('the plan says all that would be done, in order, and nothing of it is done', async () => {
  const here = await coordinators.coordinator()
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
    const here = await (role === 'owner' ? coordinators.coordinatorOfPlain() : coordinators.coordinator())
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
  const here = await coordinators.coordinatorOfPlain()
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
  const here = await coordinators.coordinator()
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
  await queryAt(await coordinators.ordinary(), make)

  const here = await coordinators.coordinator()
  await here.query(make)
  expect(await distributed(here)).toEqual([])
  await here.query('drop table notes')
  expect((await run(here.url)).code).toBe(0)
  await here.query(make)
  expect(await distributed(here)).toEqual(['idempotency_keys', 'notes', ...tables.slice(1)])
})
