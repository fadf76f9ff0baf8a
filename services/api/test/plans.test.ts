import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Statement } from '../src/database/statement.ts'
import { createTestDatabase, type TestDatabase } from './support/database.ts'
import { firstChanges, MANY, type Sample, samples } from './support/plan-samples.ts'
import { asUser } from './support/seed.ts'
import { allStatements } from './support/statements.ts'

const FEW = 100

const statements = await allStatements()

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
  for (const statement of found)
    expect(await problemsOf(imported, statement, firstChanges, 'force_generic_plan')).toEqual([])
})
