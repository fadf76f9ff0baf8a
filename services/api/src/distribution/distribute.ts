import type { PoolClient } from 'pg'
import type { Database } from '../database/database.ts'
import { codeOf } from '../database/database-error.ts'
import { pendingMigrations } from '../database/migrate.ts'
import { proveWalls } from '../database/prove-walls.ts'
import { type Catalogue, readCatalogue } from './catalogue.ts'
import { describe, type PlanOptions, planOf, refusalOf, type Step } from './plan.ts'

/** Writers of different tables may lock them in another order; then one of us has to begin again. */
const ATTEMPTS = 5

export type Tell = (text: string) => void

/** @throws {Error} that says what to do, where this cannot be done. */
export async function catalogueOf(client: PoolClient): Promise<Catalogue> {
  const catalogue = await readCatalogue(client)
  if (catalogue === undefined) {
    throw new Error(
      'Citus is not in this database: as a superuser, `create extension citus` here and on every node; docs/scaling.md has the whole order',
    )
  }
  const refusal = refusalOf(catalogue)
  if (refusal !== undefined) throw new Error(refusal)
  const pending = await pendingMigrations(client)
  if (pending.length > 0) {
    throw new Error(`Start this version of the service once first: it has to run ${pending.join(', ')}`)
  }
  return catalogue
}

/**
 * Spreads the users of a database over the nodes of Citus: looks, says what there is to do, does it, and proves that the
 * walls stand on every node. Run again, it does what is left, which may be nothing.
 */
export async function distribute(
  database: Database,
  { isDry, ...options }: PlanOptions & { isDry: boolean },
  tell: Tell,
): Promise<string> {
  const client = await database.pool.connect()
  try {
    const catalogue = await catalogueOf(client)
    const steps = planOf(catalogue, options)
    tell(introduction(catalogue))
    if (steps.length > 0) tell(describe(steps))
    if (isDry) return steps.length === 0 ? 'There is nothing to do.' : 'Nothing was done.'
    for (const [index, step] of steps.entries()) {
      await doStep(client, step)
      tell(`Step ${index + 1} is done.\n`)
    }
    const left = planOf(await catalogueOf(client), options)
    if (left.length > 0)
      throw new Error(`This is still to be done: run the command again.\n${describe(left)}`)
    await proveWallsOfShards(client, catalogue)
    await proveWalls(database)
    return `${steps.length === 0 ? 'There was nothing to do. ' : ''}The users are spread over the nodes, and both walls stand.`
  } finally {
    client.release()
  }
}

function introduction({ citus, nodes, role, tables }: Catalogue): string {
  const holders = nodes.filter(({ holdsRows }) => holdsRows).map(({ name }) => name)
  const kind = role.isSuperuser ? 'a superuser' : 'the owner of the tables'
  return `Citus ${citus}, as ${role.name}, ${kind}. Rows may be on ${holders.join(', ')}.\nPer-user tables: ${tables.map(({ name }) => name).join(', ')}.\n`
}

/** @throws {Error} with what was done by then: nothing of this step. */
async function doStep(client: PoolClient, step: Step): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runAll(client, step)
    } catch (cause) {
      // Where even this fails the connection is lost, and the first error tells more.
      await client.query('rollback').catch(() => {})
      const isInTheWay = codeOf(cause) === '40P01' || codeOf(cause) === '55P03'
      if (isInTheWay && attempt < ATTEMPTS) continue
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new Error(
        `Cut off at "${step.says}": ${reason}. Nothing of this step was done, and the steps before it stay. Run the command again`,
        { cause },
      )
    }
  }
}

/** What is counted twice has to be the same both times. */
async function runAll(client: PoolClient, { sql }: Step): Promise<void> {
  const counts = new Map<string, unknown>()
  for (const text of sql) {
    const { rows } = await client.query<{ count?: unknown }>(text)
    if (!text.startsWith('select count')) continue
    const count = rows[0]?.count
    if (counts.has(text) && counts.get(text) !== count) {
      throw new Error(`${text} gives ${count}, and gave ${counts.get(text)} before`)
    }
    counts.set(text, count)
  }
}

/** The coordinator's catalogue says it of the tables; this asks every part of them, where it is. */
async function proveWallsOfShards(client: PoolClient, { tables }: Catalogue): Promise<void> {
  const guarded = "select relrowsecurity and relforcerowsecurity from pg_class where oid = '%s'::regclass"
  for (const { name } of tables) {
    const { rows } = await client.query<{ shardid: string; success: boolean; result: string | null }>(
      'select shardid, success, result from run_command_on_shards($1, $2)',
      [name, guarded],
    )
    const open = rows.filter(({ success, result }) => !success || result !== 't')
    if (rows.length === 0 || open.length > 0) {
      const shards = open.map(({ shardid }) => shardid).join(', ') || 'all'
      throw new Error(`Row-level security is not forced on the shards of ${name}: ${shards}`)
    }
  }
}
