import { existsSync, readFileSync } from 'node:fs'
import { send, tagFor, writeUsersFile } from './callers.ts'
import { type Endpoint, groups } from './endpoints.ts'
import type { Sample } from './measure.ts'
import { runPgbench } from './pgbench.ts'
import { type PgbenchScript, record } from './recording.ts'
import { DeleteSupply, peerSchema, seed, tasklaneSchema } from './seed.ts'
import type { BenchDatabase, Server } from './server.ts'
import { type Service, startPeer, startTasklane } from './service.ts'
import { runWrk } from './wrk.ts'

/** One of those that are measured side by side. Undefined: it does not have this endpoint. */
export interface Subject {
  name: string
  run: (endpoint: Endpoint, connections: number, seconds: number) => Promise<Sample | undefined>
}

/** More than any of them deletes in a second on the fastest machine that we have seen. */
const SERVICE_DELETES_A_SECOND = 10_000
const LIMIT_DELETES_A_SECOND = 20_000
const LATE_REQUESTS = 500

export async function serviceSubject(
  name: string,
  service: Service,
  supply: DeleteSupply,
  postmaster: number | undefined,
): Promise<Subject> {
  const files = new Map<string, string | undefined>()
  return {
    name,
    async run(endpoint, connections, seconds) {
      const key = endpoint.load + endpoint.group
      if (!files.has(key)) files.set(key, await writeUsersFile(service, endpoint))
      const usersFile = files.get(key)
      if (usersFile === undefined) return undefined
      const firstToDelete =
        endpoint.load === 'delete'
          ? await supply.reserve(SERVICE_DELETES_A_SECOND * seconds + LATE_REQUESTS)
          : 0
      return runWrk(service, postmaster, { endpoint, usersFile, connections, seconds, firstToDelete })
    },
  }
}

/**
 * PostgreSQL by itself, doing what the service asked it to do for one request of each endpoint. In a database of its own:
 * its rows would make the service's tables larger.
 */
export async function limitSubject(server: Server, endpoints: readonly Endpoint[]): Promise<Subject> {
  const database = await server.openDatabase('limit')
  const { service, supply } = await startTasklaneOn(database)
  await service.stop()
  const scripts = await recordScripts(server, database, supply, endpoints)
  return {
    name: 'limit',
    async run(endpoint, connections, seconds) {
      const script = scripts.get(endpoint.name)
      if (script === undefined) return undefined
      const firstToDelete =
        endpoint.load === 'delete'
          ? await supply.reserve(LIMIT_DELETES_A_SECOND * (seconds + 2) + LATE_REQUESTS)
          : 0
      return runPgbench(server, {
        database: database.name,
        script,
        clients: connections,
        seconds,
        firstToDelete,
      })
    },
  }
}

/** By a service of its own, since PostgreSQL logs every statement meanwhile. */
async function recordScripts(
  server: Server,
  { name, url, run }: BenchDatabase,
  supply: DeleteSupply,
  endpoints: readonly Endpoint[],
) {
  const scripts = new Map<string, PgbenchScript>()
  await run(`alter database "${name}" set log_statement = 'all'`)
  const service = await startTasklane({ DATABASE_URL: url })
  await supply.reserve(groups.deleted.users)
  for (const endpoint of endpoints) {
    const tag = await tagFor(service, endpoint, groups[endpoint.group].first)
    if (tag === undefined) continue
    // The look-ups of the tag must be in the log before what we look for there.
    const sendOne = async (request: Parameters<typeof send>[1]) => {
      const { status } = await send(service, request)
      if (status >= 400) throw new Error(`${endpoint.name} was answered with ${status}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 300))
    scripts.set(endpoint.name, await record(endpoint, server, sendOne, tag))
  }
  await service.stop()
  await run(`alter database "${name}" reset log_statement`)
  return scripts
}

/** @param build the folder of another build's `main.js`, to measure that. */
export async function startTasklaneOn(
  { url, run }: Pick<Server, 'url' | 'run'>,
  from: { build?: string } = {},
): Promise<{ service: Service; supply: DeleteSupply }> {
  const migrating = await startTasklane({ DATABASE_URL: url }, from)
  await migrating.stop()
  await seed(run, tasklaneSchema)
  const service = await startTasklane({ DATABASE_URL: url }, from)
  return { service, supply: new DeleteSupply(run, tasklaneSchema) }
}

const peersFolder = new URL('../../../peers/', import.meta.url)

/** Undefined if it is not installed: `npm ci && npm run build` in its folder. */
export async function peerSubject(name: string, server: Server): Promise<Subject | undefined> {
  if (!existsSync(new URL(`${name}/dist/main.js`, peersFolder))) return undefined
  const { url, run } = await server.openDatabase(`peer_${name}`)
  await run(readFileSync(new URL(`${name}/schema.sql`, peersFolder), 'utf8'))
  await seed(run, peerSchema)
  const service = await startPeer(name, url)
  return serviceSubject(name, service, new DeleteSupply(run, peerSchema), server.postmaster)
}
