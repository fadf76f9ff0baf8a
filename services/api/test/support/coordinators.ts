import { randomUUID } from 'node:crypto'
import { loadConfig } from '../../src/config.ts'
import { migrate } from '../../src/database/migrate.ts'
import { openDatabase } from '../../src/database/open.ts'
import { startApp } from '../../src/service.ts'
import { testSecret } from './app.ts'
import { installCitusStandIn } from './citus-stand-in.ts'
import { startCluster } from './cluster.ts'
import { silentLog } from './log.ts'
import { databaseUrl, queryAt } from './postgres.ts'
import { seededTask, seedTasks } from './seed.ts'
import { type Outcome, type Running, startTasklane } from './tasklane.ts'

/*
 * Citus is not to be had here. What stands in for it proves the plan, its order, the refusals and the way back; the
 * project `citus` has the rest.
 */

export const USERS = 3
export const tables = ['idempotency_keys', 'purged_tasks', 'purges', 'task_lists', 'tasks', 'users']

export interface Coordinator {
  url: string
  query: (sql: string) => Promise<Record<string, unknown>[]>
}

export const configOf = (url: string) => loadConfig({ DATABASE_URL: url, JWT_SECRET: testSecret })

/** A server of its own, since roles belong to the whole server, and spreading changes them. */
export async function startCoordinators() {
  const cluster = await startCluster(['fsync=off'])
  const at = (name: string, role = 'postgres') =>
    databaseUrl(cluster.url, name).replace('postgres@', `${role}@`)
  await queryAt(cluster.url, 'create database seeded')
  await bringUp(at('seeded'))
  await queryAt(cluster.url, 'create role plain login createrole')

  async function standingIn(name: string): Promise<Coordinator> {
    // The roles are the server's, and as they are made by the first start.
    await queryAt(cluster.url, 'alter role tasklane_app nologin')
    await queryAt(cluster.url, 'alter role tasklane_observer nologin')
    await installCitusStandIn(at(name))
    return { url: at(name), query: async (sql) => (await queryAt(at(name), sql)).rows }
  }

  return {
    url: cluster.url,
    stop: cluster.stop,
    /** The address of a migrated database with users, on a server without Citus. */
    async ordinary(): Promise<string> {
      const name = freshName()
      await queryAt(cluster.url, `create database ${name} template seeded`)
      return at(name)
    },
    /** A migrated database with users, on what looks like the coordinator of a cluster. */
    async coordinator(): Promise<Coordinator> {
      const name = freshName()
      await queryAt(cluster.url, `create database ${name} template seeded`)
      return standingIn(name)
    },
    /** The same whose tables an ordinary role owns. */
    async coordinatorOfPlain(): Promise<Coordinator> {
      const name = freshName()
      await queryAt(cluster.url, 'alter role plain createrole')
      await queryAt(cluster.url, 'grant tasklane_app, tasklane_observer to plain with admin option')
      await queryAt(cluster.url, `create database ${name} owner plain`)
      await queryAt(at(name), 'alter schema public owner to plain')
      await bringUp(at(name, 'plain'))
      return { ...(await standingIn(name)), url: at(name, 'plain') }
    },
  }
}

export type Coordinators = Awaited<ReturnType<typeof startCoordinators>>

const freshName = () => `test_${randomUUID().replaceAll('-', '')}`

/** As a first start does, and some users with a task each. */
async function bringUp(url: string): Promise<void> {
  const database = await openDatabase(configOf(url), silentLog)
  await migrate(database, silentLog)
  for (let user = 0; user < USERS; user += 1) await seedTasks(database, randomUUID(), [seededTask()])
  await database.close()
}

/** `tasklane distribute` with these arguments. */
export function start(url: string, ...args: string[]): Running {
  return startTasklane(['distribute', ...args], { DATABASE_URL: url, JWT_SECRET: testSecret })
}

/** What it wrote on either stream is its output. */
export async function run(url: string, ...args: string[]): Promise<Pick<Outcome, 'code' | 'output'>> {
  const { code, output, errors } = await start(url, ...args).ended
  return { code, output: output + errors }
}

const namesOf = (rows: Record<string, unknown>[]) => rows.map(({ name }) => name)

export const distributed = async ({ query }: Coordinator) =>
  namesOf(
    await query("select logicalrelid::text as name from pg_dist_partition where partmethod = 'h' order by 1"),
  )

export const calls = async ({ query }: Coordinator) =>
  namesOf(await query('select call as name from stand_in.calls order by id'))

/** Per-user tables whose owner row-level security does not hold. */
export const unforced = async ({ query }: Coordinator) =>
  namesOf(
    await query(
      `select relname as name from pg_class where relname = any('{${tables}}') and not relforcerowsecurity order by 1`,
    ),
  )

export const fault = ({ query }: Coordinator, name: string, message = 'no such node') =>
  query(`insert into stand_in.faults values ('${name}', '${message}')`)

/** A start proves the walls, and refuses where they do not stand. */
export async function startService({ url }: Coordinator): Promise<void> {
  const app = await startApp(configOf(url), await openDatabase(configOf(url), silentLog), silentLog)
  await app.close()
}
