import { afterAll, beforeAll, expect, test } from 'vitest'
import { runDistribute } from '../../src/commands/distribute.ts'
import { faultIn } from '../../src/distribution/check.ts'
import { everyStatement } from '../../src/distribution/every-statement.ts'
import { type Coordinators, calls, configOf, run, startCoordinators } from '../support/coordinators.ts'
import { allStatements } from '../support/statements.ts'

let coordinators: Coordinators
beforeAll(async () => {
  coordinators = await startCoordinators()
})
afterAll(() => coordinators.stop())

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
  const here = await coordinators.coordinatorOfPlain()
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
  const odd = await run(coordinators.url, '--shards=many')
  expect([odd.code, odd.output]).toEqual([1, expect.stringContaining('--shards must be')])
})

test('the check tells where the rows are, and each statement that Citus does not plan for one shard', async () => {
  const here = await coordinators.coordinator()
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
