import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { createDatabase } from '../../src/database/database.ts'
import { migrate } from '../../src/database/migrate.ts'
import { startCluster } from './cluster.ts'
import { silentLog } from './log.ts'

const TEMPLATE = 'tasklane_test_template'

/**
 * Nothing of it outlives the run: what makes a server outlive its machine, and looks after it for years, is left out. So is
 * the compilation of statements (jit), which takes longer than anything here that it would speed up.
 */
const quick = [
  'fsync=off',
  'full_page_writes=off',
  'synchronous_commit=off',
  'autovacuum_naptime=1h',
  'checkpoint_timeout=1h',
  'max_wal_size=4GB',
  'jit=off',
]

/**
 * Migrates one database of a real server; every test file gets a copy of it. The server is the one at
 * `TEST_DATABASE_URL` (as a role that may create databases), else a throwaway one.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL
  const cluster = given === undefined ? await startCluster(quick) : { url: given, stop: async () => {} }
  await recreateTemplate(cluster.url)
  await migrateTemplate(cluster.url)
  const prefix = `tasklane_test_${randomUUID().slice(0, 8)}_`
  project.provide('engine', { kind: 'postgres', url: cluster.url, template: TEMPLATE, prefix })
  return async () => {
    // Apps that files share are open to the end.
    await dropAll(cluster.url, prefix)
    await cluster.stop()
  }
}

async function dropAll(url: string, prefix: string): Promise<void> {
  const { rows } = await queryAt(
    url,
    `select datname from pg_database where starts_with(datname, '${prefix}')`,
  )
  for (const { datname } of rows) await queryAt(url, `drop database ${datname} with (force)`)
}

async function recreateTemplate(url: string): Promise<void> {
  await queryAt(url, `drop database if exists ${TEMPLATE}`)
  await queryAt(url, `create database ${TEMPLATE}`)
}

async function migrateTemplate(url: string): Promise<void> {
  const connectionString = databaseUrl(url, TEMPLATE)
  const database = createDatabase({
    engine: 'postgres',
    connection: { connectionString },
    sizes: { readLanes: 1, writeLanes: 1, pool: 2 },
    prepare: true,
    onConnectionLost: () => {},
  })
  await migrate(database, silentLog)
  await database.close()
}

/** Runs one statement on a connection of its own. */
export async function queryAt(url: string, statement: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await client.query(statement)
  } finally {
    await client.end()
  }
}

/** The same server and role, another database. */
export function databaseUrl(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}
