import { randomUUID } from 'node:crypto'
import type { TestProject } from 'vitest/node'
import { loadConfig } from '../../src/config.ts'
import { migrate } from '../../src/database/migrate.ts'
import { openDatabase } from '../../src/database/open.ts'
import { distribute } from '../../src/distribution/distribute.ts'
import { silentLog } from './log.ts'
import { databaseUrl, queryAt } from './postgres.ts'

const NEEDED = `The project "citus" needs a cluster, and none can be made here: set TEST_CITUS_URL to the coordinator of one that is for
tests alone, as a superuser and in a database that knows its nodes (select citus_add_node(…)). Its nodes must take the same role
and password. docs/scaling.md says how a cluster is made.`

/** Few, so that each of the many databases is there in seconds. */
const SHARDS = 4

/** Databases are made and distributed when a test asks for one: Citus cannot copy one as a template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env.TEST_CITUS_URL
  if (url === undefined || url === '') throw new Error(NEEDED)
  const nodes = await nodesOf(url)
  if (nodes.length < 2) throw new Error(`${NEEDED}\nAt this address there are ${nodes.length} nodes.`)
  const prefix = `tasklane_test_${randomUUID().slice(0, 8)}_`
  project.provide('engine', { kind: 'citus', url, nodes, prefix })
  return async () => {
    const { rows } = await queryAt(
      url,
      `select datname from pg_database where starts_with(datname, '${prefix}')`,
    )
    for (const { datname } of rows) await dropCitusDatabase(nodes, datname)
  }
}

/** Where each node is, the coordinator first, with the role and the password that it is asked by. */
async function nodesOf(url: string): Promise<string[]> {
  const { rows } = await queryAt(
    url,
    "select nodename, nodeport from pg_dist_node where noderole = 'primary' and groupid > 0 order by groupid",
  )
  const at = ({ nodename, nodeport }: { nodename: string; nodeport: number }) => {
    const node = new URL(url)
    node.hostname = nodename
    node.port = String(nodeport)
    return node.href
  }
  return [url, ...rows.map(at)]
}

/** A database on every node, migrated and distributed. */
export async function createCitusDatabase(nodes: readonly string[], name: string): Promise<void> {
  for (const node of nodes) {
    // Where the coordinator makes it on all nodes by itself, it is there.
    const { rowCount } = await queryAt(node, `select from pg_database where datname = '${name}'`)
    if (rowCount === 0) await queryAt(node, `create database ${name}`)
    await queryAt(databaseUrl(node, name), 'create extension if not exists citus')
  }
  const [url = '', ...workers] = nodes.map((node) => databaseUrl(node, name))
  const here = new URL(url)
  await queryAt(url, `select citus_set_coordinator_host('${here.hostname}', ${here.port || 5432})`)
  for (const worker of workers) {
    const { hostname, port } = new URL(worker)
    await queryAt(url, `select citus_add_node('${hostname}', ${port || 5432})`)
  }
  const database = await openDatabase(
    loadConfig({ DATABASE_URL: url, AUTH_SECRET: 'x'.repeat(32) }),
    silentLog,
  )
  try {
    await migrate(database, silentLog)
    await distribute(database, { isDry: false, workers: false, shards: SHARDS }, () => {})
  } finally {
    await database.close()
  }
}

export async function dropCitusDatabase(nodes: readonly string[], name: string): Promise<void> {
  for (const node of nodes) await queryAt(node, `drop database if exists ${name} with (force)`)
}
