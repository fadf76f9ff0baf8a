import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { Database } from '../database/database.ts'
import type { Statement } from '../database/statement.ts'
import { catalogueOf, type Tell } from './distribute.ts'
import { everyStatement } from './every-statement.ts'
import { planOf } from './plan.ts'

/**
 * Tells where the rows are, and asks Citus of every statement of requests whether one node does it alone.
 *
 * @throws {Error} that says what is not as it should be.
 */
export async function check(database: Database, tell: Tell): Promise<string> {
  const client = await database.pool.connect()
  try {
    const catalogue = await catalogueOf(client)
    const left = planOf(catalogue, { workers: false, shards: undefined })
    if (left.length > 0) {
      throw new Error(`${left.map(({ says }) => says).join('\n')}\nRun \`tasklane distribute\` for it`)
    }
    tell(await sizesOf(client))
    const faults = await faultsOf(client)
    const total = everyStatement().length
    if (faults.length > 0) {
      throw new Error(`${faults.length} of ${total} statements do not go to one shard:\n${faults.join('\n')}`)
    }
    return `All ${total} statements of requests go to one shard each.`
  } finally {
    client.release()
  }
}

async function sizesOf(client: PoolClient): Promise<string> {
  const { rows } = await client.query<{ node: string; name: string; shards: string; size: string }>(`
    select nodename || ':' || nodeport as node, table_name::text as name, count(*) as shards,
      pg_size_pretty(sum(shard_size)) as size
    from citus_shards where citus_table_type = 'distributed' group by 1, 2 order by 1, 2`)
  const lines = rows.map(
    ({ node, name, shards, size }) => `${node}  ${name.padEnd(18)} ${shards} shards, ${size}`,
  )
  return `${lines.join('\n')}\n`
}

/** Plans each, and runs none. */
async function faultsOf(client: PoolClient): Promise<string[]> {
  const user = randomUUID()
  const faults: string[] = []
  await client.query('begin')
  try {
    await client.query('select public.app_set_user($1)', [user])
    for (const statement of everyStatement()) {
      await client.query('savepoint before')
      const fault = await faultOf(client, statement, user).catch((error: unknown) => String(error))
      if (fault !== undefined) faults.push(`  ${statement.name}: ${fault}`)
      await client.query('rollback to before')
      // No rollback takes back what was prepared.
      await client.query('deallocate all')
    }
    return faults
  } finally {
    await client.query('rollback')
  }
}

async function faultOf(client: PoolClient, { text }: Statement, user: string): Promise<string | undefined> {
  await client.query(`prepare to_be_checked as ${text}`)
  const { rows } = await client.query<{ types: string[] }>(
    "select parameter_types::text[] as types from pg_prepared_statements where name = 'to_be_checked'",
  )
  const values = (rows[0]?.types ?? []).map((type) => sampleOf(type, user)).join(', ')
  const plan = await client.query<Record<string, string>>(
    `explain (costs off) execute to_be_checked${values === '' ? '' : `(${values})`}`,
  )
  return faultIn(plan.rows.flatMap((row) => Object.values(row)))
}

/** What is wrong with a plan of Citus; undefined if one shard does it all. */
export function faultIn(lines: readonly string[]): string | undefined {
  const counts = lines.flatMap((line) => /Task Count: (\d+)/.exec(line)?.[1] ?? [])
  if (counts.length === 0) return 'Citus has no part in its plan'
  const most = Math.max(...counts.map(Number))
  if (most > 1) return `${most} shards`
  const gathered = lines.find((line) => /Subplan|pull to coordinator|repartition/i.test(line))
  return gathered === undefined ? undefined : `the coordinator gathers rows (${gathered.trim()})`
}

const samples: Record<string, string> = {
  bigint: '1',
  integer: '1',
  smallint: '1',
  boolean: 'true',
  text: 'x',
  jsonb: '[]',
  'timestamp with time zone': '2026-01-01T00:00:00Z',
}

/** A value that Citus can plan for; the node depends on the user alone. */
function sampleOf(type: string, user: string): string {
  const sample = type.endsWith('[]') ? '{}' : type === 'uuid' ? user : samples[type]
  return sample === undefined ? 'null' : `'${sample}'::${type}`
}
