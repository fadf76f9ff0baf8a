import pg from 'pg'
import { expect, inject } from 'vitest'
import type { TestApp } from './app.ts'
import { databaseUrl } from './postgres.ts'

export interface HeldDatabase {
  /** All that the users have, and their accounts. */
  contents: () => Promise<unknown>
  release: () => Promise<void>
  /** Resolves when no statement of the service runs, or waits to. */
  quiet: () => Promise<void>
}

const tables = [
  'users',
  'task_lists',
  'tasks',
  'idempotency_keys',
  'purged_tasks',
  'purges',
  ...['user', 'session', 'account'].map((name) => `tasklane_auth."${name}"`),
]
/** What needs no more than to be read as well, so that no kind of request goes by. */
const others = ['tasklane_auth.jwks', 'tasklane_auth.service_key']
const everything = `select ${tables.map((table) => `(select json_agg(t order by t::text) from ${table} t)::text`).join(', ')}`

/**
 * Keeps the service from every table, until it is released: on PostgreSQL by locks, on the embedded engine by a
 * transaction that keeps its only session.
 */
export async function holdDatabase({ database }: TestApp): Promise<HeldDatabase> {
  if (inject('engine').kind === 'embedded') {
    const client = await database.pool.connect()
    await client.query('begin')
    let isHeld = true
    const ask = async (asker: Pick<pg.Client, 'query'>) => (await asker.query(everything)).rows
    return {
      contents: () => ask(isHeld ? client : (database.pool as unknown as pg.Client)),
      async release() {
        await client.query('commit')
        client.release()
        isHeld = false
      },
      // What was sent before this was done before this.
      quiet: async () => void (await database.pool.query('select 1')),
    }
  }
  return holdServer(database)
}

async function holdServer(database: TestApp['database']): Promise<HeldDatabase> {
  const engine = inject('engine')
  if (engine.kind === 'embedded') throw new Error('The embedded engine has no server')
  const { rows } = await database.pool.query<{ name: string }>('select current_database() as name')
  const client = new pg.Client({ connectionString: databaseUrl(engine.url, String(rows[0]?.name)) })
  await client.connect()
  await client.query('begin')
  for (const table of [...tables, ...others]) await client.query(`lock table ${table}`)
  const busy = `select count(*)::integer as count from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`
  let isEnded = false
  return {
    async contents() {
      const asker = isEnded ? database.pool : client
      return (await asker.query(everything)).rows
    },
    async release() {
      await client.query('commit')
      await client.end()
      isEnded = true
    },
    async quiet() {
      await expect.poll(async () => (await database.pool.query(busy)).rows[0]?.count).toBe(0)
    },
  }
}
