import type { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { inject } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { createPGlite } from '../../src/database/create-pglite.ts'
import { createEmbeddedDatabase, openDatabase } from '../../src/database/open.ts'
import { makeAsNew, shapeOf } from './as-new.ts'
import {
  A_LONG_GRACE,
  createServerDatabase,
  createTestDatabase,
  type Server,
  type TestDatabase,
} from './database.ts'
import { EmbeddedCopy } from './embedded-copy.ts'
import { silentLog } from './log.ts'
import { queryAt } from './postgres.ts'

/*
 * A new database costs half a second of processor time before its first request is answered. One that a test is done
 * with serves the next test of the process, emptied, unless something of it but rows was changed.
 */

/** A migrated database without rows, which nobody else uses meanwhile. */
export function borrowTestDatabase(env: NodeJS.ProcessEnv): Promise<TestDatabase> {
  const engine = inject('engine')
  if (engine.kind === 'embedded') return borrowEngine(engine.migrated)
  return engine.kind === 'postgres' ? borrowFromServer(engine, env) : createTestDatabase(env)
}

interface Engine {
  pglite: PGlite
  /** Of the database when it was new. */
  shape: string
}

const engines: Engine[] = []

async function borrowEngine(folder: string): Promise<TestDatabase> {
  const engine = engines.pop() ?? (await startEngine(folder))
  return {
    database: createEmbeddedDatabase(engine.pglite, () => {}),
    async drop() {
      if (await isEngineAsNew(engine)) engines.push(engine)
    },
  }
}

/** It stays open when its database is closed. */
async function startEngine(folder: string): Promise<Engine> {
  const pglite = await createPGlite({ fs: new EmbeddedCopy(folder) })
  const shape = await shapeOf((sql) => pglite.query(sql))
  return { pglite: Object.assign(pglite, { close: async () => {} }), shape }
}

const sync = Uint8Array.of('S'.charCodeAt(0), 0, 0, 0, 4)

function isEngineAsNew({ pglite, shape }: Engine): Promise<boolean> {
  // Ends what was left half said or half done in the one session.
  const tidy = async () => {
    await pglite.execProtocolRaw(sync)
    for (const statement of ['rollback', 'discard all']) await pglite.exec(statement)
  }
  return makeAsNew((sql) => pglite.query(sql), shape, tidy)
}

interface OfServer {
  url: string
  drop: () => Promise<void>
  shape: string
}

const databases: OfServer[] = []

/** Connections that were given up, which the server has not noticed yet. */
const endOthers = `select pg_terminate_backend(pid, 60000) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`

async function borrowFromServer(engine: Server, env: NodeJS.ProcessEnv): Promise<TestDatabase> {
  const borrowed = databases.pop() ?? (await createOnServer(engine))
  const { url, shape } = borrowed
  return {
    database: await openDatabase(loadConfig({ ...env, DATABASE_URL: url }), silentLog, A_LONG_GRACE),
    async drop() {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      const query = (sql: string) => client.query(sql)
      const isNew = await makeAsNew(query, shape, () => query(endOthers))
      await client.end()
      if (isNew) databases.push(borrowed)
      else await borrowed.drop()
    },
  }
}

async function createOnServer(engine: Server): Promise<OfServer> {
  const made = await createServerDatabase(engine, 'migrated')
  return { ...made, shape: await shapeOf((sql) => queryAt(made.url, sql)) }
}
