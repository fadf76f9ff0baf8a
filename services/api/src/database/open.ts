import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import type pg from 'pg'
import type { Logger } from 'pino'
import { awaitServer } from './await-server.ts'
import { connectionsTo } from './connection.ts'
import { createPGlite } from './create-pglite.ts'
import { createDatabase, type Database } from './database.ts'
import { GRACE_MILLISECONDS } from './deadline.ts'
import { DiskRoom } from './disk-room.ts'
import { explainEngineFailure } from './engine-failure.ts'
import { databaseFolder } from './folder.ts'
import { lockFolder } from './folder-lock.ts'
import { PGliteSession, PGliteStream } from './pglite-stream.ts'

/** Keeps the embedded engine at 230 MB of memory instead of 830. */
export const embeddedSettings = ['shared_buffers=16MB', 'max_connections=4', 'jit=off']

/** The part of the configuration that says where the database is, and how it is used. */
export interface DatabaseSettings {
  databaseUrl: string | undefined
  dataDir: string
  databasePoolSize: number
  databasePrepare: boolean
}

/** Opens PostgreSQL at `DATABASE_URL`, or the embedded engine in `DATA_DIR`. Nothing is migrated yet. */
export async function openDatabase(
  config: DatabaseSettings,
  log: Logger,
  graceMilliseconds = GRACE_MILLISECONDS,
): Promise<Database> {
  const onConnectionLost = (err: Error) => log.warn({ err }, 'a database connection was lost')
  if (config.databaseUrl === undefined) return openEmbedded(config.dataDir, log, onConnectionLost)
  return createDatabase({
    engine: 'postgres',
    connection: await awaitServer(connectionsTo(config.databaseUrl)),
    sizes: divide(config.databasePoolSize),
    prepare: config.databasePrepare,
    graceMilliseconds,
    onConnectionLost,
  })
}

/**
 * Reads are short and share a connection well; commits are serial on one, so writes get most of them; the
 * issuer and long work keep two apart, so that neither can hold up a request on tasks.
 */
function divide(connections: number): { readLanes: number; writeLanes: number; pool: number } {
  const readLanes = connections < 6 ? 1 : 2
  const pool = Math.max(2, Math.floor(connections / 3))
  return { readLanes, pool, writeLanes: connections - readLanes - pool }
}

async function openEmbedded(
  dataDir: string,
  log: Logger,
  onConnectionLost: (error: Error) => void,
): Promise<Database> {
  const folder = resolve(dataDir)
  const lock = takeFolder(folder)
  try {
    const path = await databaseFolder(folder, log)
    const pglite = await openEngine(path, folder)
    const room = new DiskRoom(folder, (isEnough) => tellRoom(log, isEnough))
    return createEmbeddedDatabase(pglite, onConnectionLost, {
      onClosed: async () => lock.release(),
      hasRoom: () => room.isEnough(),
    })
  } catch (error) {
    lock.release()
    throw error
  }
}

function tellRoom(log: Logger, isEnough: boolean): void {
  if (isEnough) log.warn('the disk of DATA_DIR has room again: writes are taken')
  else log.warn('the disk of DATA_DIR is nearly full: nothing is written until 64 MB are free')
}

/** Opens the folder of an embedded database that no other process has, such as a copy. */
export async function openFolder(path: string, log: Logger): Promise<Database> {
  const onConnectionLost = (err: Error) => log.warn({ err }, 'a database connection was lost')
  return createEmbeddedDatabase(await openEngine(path, path), onConnectionLost)
}

function takeFolder(folder: string): ReturnType<typeof lockFolder> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return lockFolder(folder)
  } catch (error) {
    // The lock's own refusals are words already.
    throw error instanceof Error && !('code' in error) ? error : explainEngineFailure(error, folder)
  }
}

async function openEngine(dataDir: string, folder: string): Promise<PGlite> {
  try {
    return await createPGlite({ dataDir, postgresqlconf: embeddedSettings })
  } catch (error) {
    throw explainEngineFailure(error, folder)
  }
}

/** The embedded engine behind the same driver as the server's. It is one session, so one lane serves all. */
export function createEmbeddedDatabase(
  pglite: PGlite,
  onConnectionLost: (error: Error) => void,
  { onClosed = async () => {}, hasRoom }: { onClosed?: () => Promise<void>; hasRoom?: () => boolean } = {},
): Database {
  const session = new PGliteSession(pglite, hasRoom)
  // The types of `pg` name a Duplex only; the driver calls the socket's methods that PGliteStream has. No time limit: a
  // connection is made within the process, and one that is awaited is another's until then.
  const connection: pg.PoolConfig = { stream: () => new PGliteStream(session), ssl: false }
  return createDatabase({
    engine: 'embedded',
    connection,
    sizes: { readLanes: 1, writeLanes: 0, pool: 2 },
    prepare: true,
    onConnectionLost,
    async onClose() {
      await session.close()
      await onClosed()
    },
  })
}
