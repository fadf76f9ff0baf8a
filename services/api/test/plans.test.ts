import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Statement } from '../src/database/statement.ts'
import { change, creation } from '../src/tasks/columns.ts'
import { pageShapes, parametersOf } from '../src/tasks/page-shapes.ts'
import { pageStatement } from '../src/tasks/page-statements.ts'
import { orderOf } from '../src/tasks/sorts.ts'
import { createTestDatabase, type TestDatabase } from './support/database.ts'
import { exampleChanges, exampleTask } from './support/fields.ts'
import { asUser } from './support/seed.ts'
import { allStatements } from './support/statements.ts'

const MANY = 10_000
const FEW = 100
const LIMIT = 21
/** Rows that a statement may look at or sort for a page of the trash or the feed: it twice over, and the totals. */
const PAGE_ROWS = 2 * LIMIT + 3
const BATCH_ROWS = 500
const TAGGED_ROWS = MANY / 10

const statements = await allStatements()

interface Sample {
  /** Values of the parameters after the user's id. */
  values: readonly unknown[]
  /** How many rows it may look at. */
  rows: number
  /** Sent without a name, so that it is always planned for its values. */
  unnamed?: true
}

const task = '00000000-0000-7000-8000-000000005000'
/** Of the short list too. */
const early = '00000000-0000-7000-8000-000000000005'
const trashed = '00000000-0000-7000-8000-000000009999'
const time = '2026-01-01T00:00:00.000Z'
const middle = '2026-01-01T01:23:20.000Z'
/** Within the last quarter, all of which are planned alike. */
const tied = '2026-01-01T02:25:50.000Z'
const CLOCK = 100 * Date.parse(time)
const one: Sample = { values: [], rows: 1 }

/** What each statement is tried with. A statement without a sample here fails the suite. */
const samples: Record<string, Sample | Sample[]> = {
  task_get: { values: [task], rows: 1 },
  task_list_revision: one,
  task_count_created: { values: [2 * MANY, CLOCK], rows: 1 },
  task_insert: { values: [randomUUID(), time, ...creation.plain.valuesOf(exampleTask)], rows: 1 },
  task_insert_planned: { values: [randomUUID(), time, ...creation.planned.valuesOf(exampleTask)], rows: 1 },
  task_list_lock: one,
  task_count_updated: {
    values: [task, null, ...change.plain.valuesOf(exampleChanges), false, CLOCK],
    rows: 2,
  },
  task_update: { values: [task, null, ...change.plain.valuesOf(exampleChanges), false, time], rows: 2 },
  task_count_updated_planned: {
    values: [task, null, ...change.planned.valuesOf(exampleChanges), false, CLOCK],
    rows: 2,
  },
  task_update_planned: {
    values: [task, null, ...change.planned.valuesOf(exampleChanges), false, time],
    rows: 2,
  },
  task_look: { values: [`{${task}}`], rows: 2 },
  task_is_at: { values: [early, 5], rows: 1 },
  task_set_next: { values: [task, null], rows: 1 },
  task_count_dropped: one,
  task_drop: { values: [trashed], rows: 1 },
  task_count_deleted: { values: [task, null, CLOCK], rows: 2 },
  task_delete: { values: [task, null, time], rows: 2 },
  trash_page: { values: [LIMIT, 0], rows: PAGE_ROWS },
  trash_page_after: { values: [LIMIT, middle, task], rows: PAGE_ROWS },
  trash_count_restored: { values: [trashed, CLOCK], rows: 2 },
  trash_restore: { values: [trashed], rows: 2 },
  trash_count_purged: { values: [trashed], rows: 2 },
  trash_purge: { values: [trashed], rows: 1 },
  // Of the trash, half of which is due, it may look through what is due, and order that.
  trash_due: { values: [middle, BATCH_ROWS], rows: MANY / 5 + 1 },
  trash_purge_many: { values: [`{${trashed}}`], rows: 1 },
  trash_count_purged_many: { values: [1], rows: 1 },
  purge_remember: { values: [`{${trashed}}`], rows: 1 },
  purge_mark: { values: [`{${trashed}}`, time], rows: 1 },
  // All that is left of purged tasks may have come back.
  purge_unremember: { values: [], rows: 3 * MANY, unnamed: true },
  purge_raise_horizon: { values: [time], rows: 4 },
  purge_forget: { values: [time], rows: 3 },
  purge_forget_marks: { values: [time], rows: 2 },
  move_find: { values: [`{${task}}`], rows: 1 },
  move_count: { values: [`{${task}}`, CLOCK], rows: 1 },
  move_place: { values: [`{${task}}`, '{z}'], rows: 2 },
  tags_list: { values: [1000], rows: TAGGED_ROWS },
  batch_taken: { values: [`{${task}}`], rows: 2 },
  sync_changes: { values: [MANY / 2, LIMIT, MANY / 2], rows: PAGE_ROWS },
  sync_place: one,
  sync_begin_anew: { values: [CLOCK], rows: 1 },
  idempotency_forget_expired: { values: [time], rows: 0 },
  idempotency_remember: { values: ['new', 'hash', time, 201, '{}', null, true], rows: 1 },
  idempotency_find: { values: ['key 50', time], rows: 1 },
  account_summary: { values: [], rows: 2 },
  account_export_page: { values: [task, BATCH_ROWS], rows: BATCH_ROWS, unnamed: true },
  account_import_tasks: { values: ['[]', CLOCK], rows: 1 },
  account_count_imported: { values: [1, 0, 0, 1, 2 * MANY, CLOCK, true], rows: 1 },
  account_remove: { values: [], rows: 1 },
}

/** What each parameter of a page is, unless it is asked for something. */
const nowhere: Record<string, unknown> = {
  ...{ limit: LIMIT, offset: 0, id: task, completed: '{true,false}', search: null, tag: null },
  ...{ due_from: null, due_before: null, time: tied, time_id: task, time_without: 'infinity' },
}
/** In the middle of thousands that have the same due and priority. */
const placeValues = { title: 'Task 5', due: '2026-02-10', priority: 5, position: '2026-01-01T02:4' }
const range = { due_from: '2026-01-20', due_before: '2026-01-21' }
const RANGE_ROWS = MANY / 100

/** Of how many scans a page may be merged, each of which is looked at as far as the page goes. */
const SCANS = { plain: 2, nullable: 4, place: 6 }

for (const shape of pageShapes()) {
  const { column, wanted } = shape
  const value = { created_at: middle, updated_at: middle, ...placeValues }[column]
  const sampleOf = (asked: object, rows: number, more: object = {}): Sample => {
    const values: Record<string, unknown> = { ...nowhere, value, ...asked }
    return { values: parametersOf(shape).map((name) => values[name]), rows, ...more }
  }
  const page = SCANS[orderOf[column].kind] * LIMIT + 3
  const unnamed = { unnamed: true }
  samples[pageStatement(shape).name] = {
    all: [sampleOf({}, page)],
    // The count looks at the index entries of what it counts.
    range: [sampleOf({ ...range, value: range.due_from }, page + RANGE_ROWS)],
    // A search looks at every task of the user, by design; what has a tag is looked for among what has any.
    matching: [
      sampleOf({ search: 'task 1234' }, 2 * MANY + 3, unnamed),
      sampleOf(range, RANGE_ROWS + 3, unnamed),
      sampleOf({ tag: 'garden' }, TAGGED_ROWS + 3, unnamed),
    ],
  }[wanted]
}

interface Plan {
  'Node Type': string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: Plan[]
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]

/** Rows that a node took from a table or an index, those it threw away included. */
function looksAt(node: Plan): number {
  if (!/Scan/.test(node['Node Type']) || /^(Function|CTE|Subquery|Values)/.test(node['Node Type'])) return 0
  const thrownAway = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
  return (node['Actual Rows'] + thrownAway) * node['Actual Loops']
}

/** Rows that a node sorted. */
function sorts(node: Plan): number {
  if (!/Sort/.test(node['Node Type'])) return 0
  return nodesOf(node)
    .slice(1, 2)
    .reduce((sum, input) => sum + input['Actual Rows'] * input['Actual Loops'], 0)
}

let db: TestDatabase
const big = randomUUID()
const small = randomUUID()
beforeAll(async () => {
  db = await createTestDatabase()
  await seed(big, MANY)
  await seed(small, FEW)
  await seedOthers()
  await db.database.pool.query('analyze')
})
afterAll(async () => {
  await db.database.close()
  await db.drop()
})

/**
 * Of ten tasks two are deleted and two completed; times and titles follow the numbers. The newest quarter is planned, all
 * alike, and some of the others.
 */
async function seed(userId: string, count: number): Promise<void> {
  const at = "timestamptz '2026-01-01' + n * interval '1 second'"
  await asUser(
    db.database,
    userId,
    ["insert into users (user_id, created_at) values ($1, '2026-01-01')", userId],
    [
      `insert into task_lists (user_id, task_count, completed_count, trash_count, revision)
       values ($1, $2::int * 0.8, $2::int * 0.2, $2::int * 0.2, $2)`,
      userId,
      count,
    ],
    [
      `insert into tasks (user_id, id, title, description, completed, created_at, updated_at, revision, is_deleted,
         deleted_at, due, priority, position, tags)
       select $1, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Task ' || n, null, n % 5 = 1,
              ${at}, ${at}, n, n % 5 = 4, case when n % 5 = 4 then ${at} end,
              case when n > $2 * 3 / 4 then '2026-02-10'
                   when n % 2 = 0 then to_char(date '2026-01-01' + n / 2 * 7 % 50, 'YYYY-MM-DD') end,
              case when n > $2 * 3 / 4 then 5 when n % 3 = 0 then 1 + n / 3 % 9 end,
              case when n > $2 * 3 / 4 or n % 4 = 0 then to_char(${at}, 'YYYY-MM-DD"T"HH24:MI:SS') end,
              case when n % 10 = 3 then array['garden', 'home'] end
       from generate_series(1, $2::int) n`,
      userId,
      count,
    ],
    [
      `insert into purged_tasks (user_id, id, revision)
       select $1, ('00000000-0000-7000-9000-' || lpad(n::text, 12, '0'))::uuid, n from generate_series(1, $2::int) n`,
      userId,
      count,
    ],
    [`insert into purges (user_id, purged_at, lowest_revision) values ($1, '2026-01-02', 1)`, userId],
    [
      `insert into idempotency_keys (user_id, key, request_hash, expires_at, status, body)
       select $1, 'key ' || n, '', '2026-02-01', 201, '{}' from generate_series(1, $2::int) n`,
      userId,
      count,
    ],
  )
}

/** Users enough that looking through all of them is no way to find one. */
async function seedOthers(): Promise<void> {
  const { pool } = db.database
  await pool.query('insert into users select gen_random_uuid(), now() from generate_series(1, 2000)')
  await pool.query(
    'insert into task_lists (user_id, revision) select user_id, 0 from users on conflict do nothing',
  )
}

const literal = (value: unknown): string => {
  if (Array.isArray(value)) return `array[${value.map(literal).join(', ')}]::text[]`
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)
}

type PlanMode = 'force_generic_plan' | 'force_custom_plan'

/** Runs a statement as the user and undoes it: what PostgreSQL did, by the plan it makes for any values or for these. */
async function explain(
  userId: string,
  statement: Statement,
  values: Sample['values'],
  mode: PlanMode,
): Promise<Plan> {
  const client = await db.database.pool.connect()
  try {
    await client.query('begin')
    await client.query('select app_set_user($1)', [userId])
    await client.query('set local statement_timeout = 0')
    await client.query(`set local plan_cache_mode = ${mode}`)
    await client.query(`prepare tried as ${statement.text}`)
    const list = [userId, ...values].map(literal).join(', ')
    const { rows } = await client.query(`explain (analyze, timing off, format json) execute tried(${list})`)
    return rows[0]['QUERY PLAN'][0].Plan
  } catch (cause) {
    throw new Error(`Cannot explain ${statement.name}: ${cause}`, { cause })
  } finally {
    await client.query('rollback')
    await client.query('deallocate all')
    client.release()
  }
}

async function problemsOf(
  userId: string,
  statement: Statement,
  { values, rows }: Sample,
  mode: PlanMode,
): Promise<string[]> {
  const nodes = nodesOf(await explain(userId, statement, values, mode))
  const looked = nodes.reduce((sum, node) => sum + looksAt(node), 0)
  const sorted = Math.max(...nodes.map(sorts))
  if (looked <= rows && sorted <= rows) return []
  return [`${statement.name}: looked at ${looked} rows and sorted ${sorted}, needs ${rows}`]
}

test('there is a sample for every statement, and only for those', () => {
  expect(Object.keys(samples).toSorted()).toEqual(statements.map(({ name }) => name).toSorted())
  expect(statements.length).toBeGreaterThan(90)
})

const names = (part: 'tasks_search' | 'tasks_page' | 'tasks_range' | 'other') =>
  statements.filter(({ name }) => (/^tasks_(search|page|range)/.exec(name)?.[0] ?? 'other') === part)

describe.each(['force_generic_plan', 'force_custom_plan'] as const)('with %s', (mode) => {
  test.each(['tasks_page', 'tasks_range', 'tasks_search', 'other'] as const)(
    'no statement (%s) looks at more rows of a list than it needs, however long the list is',
    async (part) => {
      const problems: string[] = []
      for (const statement of names(part)) {
        for (const sample of [samples[statement.name] ?? []].flat()) {
          if (sample.unnamed && mode === 'force_generic_plan') continue
          for (const userId of [big, small])
            problems.push(...(await problemsOf(userId, statement, sample, mode)))
        }
      }
      expect(problems).toEqual([])
    },
    120_000,
  )
})

test('a page of the feed looks at no more than it has, also of a list that came after all was analyzed', async () => {
  const imported = randomUUID()
  await seed(imported, MANY)
  const found = statements.filter(({ name }) => name === 'sync_changes')
  expect(found).toHaveLength(1)
  for (const statement of found) {
    const sample = { values: [0, LIMIT, MANY], rows: PAGE_ROWS }
    expect(await problemsOf(imported, statement, sample, 'force_generic_plan')).toEqual([])
  }
})
