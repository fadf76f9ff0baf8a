import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import type { Logger } from 'pino'
import { packageFolder } from '../package.ts'
import type { Database } from './database.ts'
import { codeOf } from './database-error.ts'

const migrationsFolder = join(packageFolder, 'migrations')
const migrationsTable = 'schema_migrations'

/** Any number that all versions of this service share, and no other user of the database does. */
const MIGRATION_LOCK = 7_214_408_133
const LOCK_RETRY_MILLISECONDS = 50
/** Requests wait behind whoever waits for a table; this is far below what they have. */
const TABLE_WAIT_MILLISECONDS = 1_000
/** How a wait for a lock ends that took too long: PostgreSQL appendix A, lock_not_available. */
const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Brings the schema up to this code's version; safe to run in any number of processes at once.
 *
 * Every pending migration runs in one transaction, so a process killed in the middle leaves nothing behind.
 *
 * @param known the migrations of that version; those of an earlier one, for rows that are of its schema.
 * @throws {Error} when the database was migrated by a newer version of the code.
 */
export async function migrate(
  database: Database,
  log: Logger,
  known: readonly string[] = migrationNames(),
): Promise<void> {
  await whileLocked(database, async () => {
    const client = await database.pool.connect()
    try {
      const applied = await appliedMigrations(client)
      refuseNewer(applied, known)
      const pending = known.filter((name) => !applied.includes(name))
      if (pending.length > 0) await runPending(client, log, pending.length)
    } finally {
      client.release()
    }
  })
}

export function migrationNames(): string[] {
  return readdirSync(migrationsFolder)
    .map((file) => basename(file, '.sql'))
    .sort()
}

/**
 * Holds a lock that belongs to a transaction, since a session's lock means nothing behind a transaction pooler.
 * The embedded engine has no second session to keep the transaction in, nor a second process to lock out.
 */
export async function whileLocked(database: Database, work: () => Promise<void>): Promise<void> {
  if (database.engine === 'embedded') return work()
  const holder = await database.pool.connect()
  try {
    await lock(holder)
    await work()
    await holder.query('commit')
    holder.release()
  } catch (error) {
    holder.release(true)
    throw error
  }
}

/** Asks again and again: waiting inside a transaction would keep a pooler's connection from the holder of the lock. */
async function lock(client: PoolClient): Promise<void> {
  for (;;) {
    await client.query('begin')
    const { rows } = await client.query('select pg_try_advisory_xact_lock($1) as locked', [MIGRATION_LOCK])
    if (rows[0]?.locked === true) return
    await client.query('rollback')
    await setTimeout(LOCK_RETRY_MILLISECONDS)
  }
}

/** Those of this code that this database has not had, in order. */
export async function pendingMigrations(client: PoolClient): Promise<string[]> {
  const applied = await appliedMigrations(client)
  return migrationNames().filter((name) => !applied.includes(name))
}

/** Those that this database has had, in order. */
export async function appliedMigrations(client: PoolClient): Promise<string[]> {
  const exists = await client.query(`select to_regclass('public.${migrationsTable}') is not null as yes`)
  if (exists.rows[0]?.yes !== true) return []
  const { rows } = await client.query<{ name: string }>(
    `select name from public.${migrationsTable} order by id`,
  )
  return rows.map((row) => row.name)
}

function refuseNewer(applied: readonly string[], known: readonly string[]): void {
  const unknown = applied.filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  throw new Error(
    `The database is newer than this version of Tasklane: it has the migrations ${unknown.join(', ')}. Start the version that made them, or a later one`,
  )
}

async function runPending(client: PoolClient, log: Logger, count: number): Promise<void> {
  // Loaded only where there is something to do: most starts have nothing.
  const { runner } = await import('node-pg-migrate')
  const progress = new MigrationProgress(log)
  try {
    // The runner's own begin finds a transaction open, and joins it.
    await beginAlone(client)
    await client.query('set local search_path = public, pg_temp')
    // Citus refuses to create a function behind a change of a distributed table otherwise; nothing else knows the setting.
    await client.query("set local citus.multi_shard_modify_mode = 'sequential'")
    const applied = await runner({
      dbClient: client,
      dir: migrationsFolder,
      direction: 'up',
      count,
      migrationsTable,
      singleTransaction: true,
      noLock: true,
      logger: progress,
    })
    log.info({ migrations: applied.map(({ name }) => name) }, 'the database was migrated')
  } catch (error) {
    await client.query('rollback')
    throw refused(progress.current, error)
  }
}

/**
 * Begins with the lock that every write of a running service begins with, so that the two cannot deadlock. While a long
 * transaction has it, requests are let through between one try and the next.
 */
async function beginAlone(client: PoolClient): Promise<void> {
  for (;;) {
    await client.query('begin')
    const { rows } = await client.query<{ has_lists: boolean }>(
      `select to_regclass('public.task_lists') is not null and current_setting('citus.version', true) is null as has_lists`,
    )
    if (rows[0]?.has_lists !== true) return
    try {
      await client.query(`set local lock_timeout = ${TABLE_WAIT_MILLISECONDS}`)
      // walls: it keeps a table for a moment, and reads and writes no row.
      await client.query('lock table public.task_lists in access exclusive mode')
      await client.query('set local lock_timeout to default')
      return
    } catch (error) {
      await client.query('rollback')
      if (codeOf(error) !== LOCK_NOT_AVAILABLE) throw error
    }
    await setTimeout(TABLE_WAIT_MILLISECONDS)
  }
}

/** Listens to the library's progress. For an error it reports whole files of SQL, and throws the error as well. */
class MigrationProgress {
  current = 'the first migration'
  readonly #log: Logger

  constructor(log: Logger) {
    this.#log = log
  }

  info(message: string): void {
    this.current = /^### MIGRATION (\S+) /.exec(message)?.[1] ?? this.current
    this.debug(message)
  }

  debug(message: string): void {
    this.#log.debug(message)
  }

  warn(message: string): void {
    this.debug(message)
  }

  error(message: string): void {
    this.debug(message)
  }
}

/** One line for the person who started the service, with advice for the commonest case. */
function refused(migration: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const code = cause instanceof Error && 'code' in cause ? ` (SQLSTATE ${cause.code})` : ''
  const mayNot = code.includes('42501')
  const advice = mayNot
    ? '. docs/operations.md says under "The connecting role" what it must be allowed to do'
    : ''
  return new Error(
    `The database refused the migration ${migration}: ${reason}${code}. Nothing of it was done${advice}`,
    {
      cause,
    },
  )
}
