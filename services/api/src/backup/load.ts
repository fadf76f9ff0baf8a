import type pg from 'pg'
import type { Logger } from 'pino'
import type { Database } from '../database/database.ts'
import { actAtLengthFor } from '../database/in-own-transaction.ts'
import { noteRestore } from '../database/last-restore.ts'
import { appliedMigrations, migrate, migrationNames } from '../database/migrate.ts'
import { raised, revisionAt } from '../database/revision.ts'
import { inTransaction } from '../database/transaction.ts'
import { listUsersAfter } from '../retention/statements.ts'
import { syncStatements } from '../sync/statements.ts'
import { beginAnew } from './begin-anew.ts'
import {
  type Header,
  ownTables,
  parseHeader,
  parseRow,
  quoted,
  rowLine,
  type Table,
  Tally,
  userTables,
} from './format.ts'

/** So much is sent at a time. */
const ROWS_AT_A_TIME = 500
const CHARACTERS_AT_A_TIME = 1_000_000
const STATEMENTS_AT_A_TIME = 50

const tables = new Map([...ownTables, ...userTables].map((table) => [table.name, table]))
const perUser = new Set(userTables.map(({ name }) => name))

/**
 * Loads a backup into a database that holds nothing, all of it or nothing: in one transaction, which is committed once
 * the last line has said that everything was there. Every list begins anew, so that what clients know of the time after
 * the backup deceives nobody.
 *
 * @returns what was loaded.
 */
export async function loadBackup(
  database: Database,
  lines: AsyncIterable<string>,
  log: Logger,
  tally = new Tally(),
): Promise<Header> {
  const iterator = lines[Symbol.asyncIterator]()
  try {
    const first = await iterator.next()
    const header = parseHeader(first.done === true ? undefined : first.value)
    await bringTo(database, header, log)
    await inTransaction(database.pool, async (client) => {
      await refuseData(client)
      await forgetKeys(client)
      await new Loader(client, tally, beginAnewIn(header)).load({
        [Symbol.asyncIterator]: () => iterator,
      })
      await client.query('set local role none')
      await noteRestore(client, revisionAt(Date.now()))
    })
    await migrate(database, log)
    if (!knowsWhenListsBegan(header)) await beginAnew(database)
    return header
  } finally {
    await iterator.return?.()
  }
}

/** Of an earlier schema, lists begin anew once more when it is up to date: it has no place for when they began. */
function knowsWhenListsBegan({ migrations }: Header): boolean {
  return migrations.includes('0012_revisions')
}

/**
 * How a list begins anew by a backup's own schema, with the last of its rows: whatever ends the restore after that, no
 * sync token of the time that was lost is good.
 */
function beginAnewIn(header: Header): string {
  if (knowsWhenListsBegan(header)) return syncStatements.beginAnew.text
  const horizon = raised('revision', '$2')
  // walls: a restore runs it for every user in turn, before the database serves anybody.
  return `update task_lists set revision = ${horizon}, horizon = ${horizon} where user_id = $1`
}

/** The rows are of this schema; afterwards they are brought up to date as by any start. */
async function bringTo(
  database: Database,
  { migrations, made_by: madeBy }: Header,
  log: Logger,
): Promise<void> {
  const known = migrationNames()
  if (migrations.some((name, index) => name !== known[index])) {
    throw new Error(
      `The backup was made by version ${madeBy}, which is not this one or an earlier one: restore it with that version`,
    )
  }
  const applied = await inTransaction(database.pool, appliedMigrations)
  if (applied.some((name) => !migrations.includes(name))) {
    throw new Error(
      `The database was started with a later version than ${madeBy}, which made the backup: restore into a new one`,
    )
  }
  if (applied.length > 0) await inTransaction(database.pool, refuseData)
  await migrate(database, log, migrations)
}

/** @throws {Error} where anybody has written anything, or has an account. */
async function refuseData(client: pg.PoolClient): Promise<void> {
  await client.query('set local search_path = public, pg_temp')
  await client.query('set local role tasklane_observer')
  const { rowCount: users } = await client.query(listUsersAfter, ['00000000-0000-0000-0000-000000000000', 1])
  await client.query('set local role none')
  const { rowCount: accounts } = await client.query('select from tasklane_auth."user" limit 1')
  if (users !== 0 || accounts !== 0) {
    throw new Error('The database holds data already, which is left as it is: restore into a new one')
  }
}

/** A service that was started once, and written to by nobody, has left keys of its own; the backup brings others. */
async function forgetKeys(client: pg.PoolClient): Promise<void> {
  for (const table of ownTables.toReversed()) await client.query(`delete from ${quoted(table)}`)
}

/** Rows that go out together, all of one table and, where they have one, of one user. */
interface Batch {
  table: Table
  rows: string[]
}

class Loader {
  readonly #client: pg.PoolClient
  readonly #tally: Tally
  readonly #revision = revisionAt(Date.now())
  #userId: string | undefined
  #batch: Batch | undefined
  #waiting: (() => Promise<unknown>)[] = []
  #characters = 0
  readonly #beginAnew: string

  /** @param beginAnew the statement by which the list of the user $1 begins anew, at the revision $2. */
  constructor(client: pg.PoolClient, tally: Tally, beginAnew: string) {
    this.#client = client
    this.#tally = tally
    this.#beginAnew = beginAnew
  }

  async load(lines: AsyncIterable<string>): Promise<void> {
    let end: string | undefined
    for await (const line of lines) {
      if (end !== undefined) throw new Error('The backup goes on behind its end')
      const parts = parseRow(line)
      if (parts === undefined) end = line
      else await this.#take(parts.table, parts.row)
    }
    this.#endUser()
    await this.#send()
    if (end === undefined) throw new Error('The backup was cut off: its last line is missing')
    if (`${end}\n` !== this.#tally.toLine()) {
      throw new Error('The backup was changed or damaged: its counts and checksums are not those of its rows')
    }
  }

  async #take(name: string, row: string): Promise<void> {
    const table = tables.get(name)
    if (table === undefined) throw new Error(`The backup has rows of a table that is not known: ${name}`)
    this.#tally.add(name, rowLine(name, row))
    if (name === 'users') this.#beginUser(row)
    if (this.#batch?.table !== table || this.#batch.rows.length === ROWS_AT_A_TIME) this.#endBatch()
    this.#batch ??= { table, rows: [] }
    this.#batch.rows.push(row)
    this.#characters += row.length
    if (this.#characters > CHARACTERS_AT_A_TIME || this.#waiting.length > STATEMENTS_AT_A_TIME) {
      this.#endBatch()
      await this.#send()
    }
  }

  #beginUser(row: string): void {
    this.#endUser()
    const { user_id: userId }: { user_id?: unknown } = JSON.parse(row)
    if (typeof userId !== 'string') throw new Error('The backup has a user without an id')
    this.#userId = userId
    this.#waiting.push(() => actAtLengthFor(this.#client, userId))
  }

  #endUser(): void {
    this.#endBatch()
    const userId = this.#userId
    if (userId === undefined) return
    this.#userId = undefined
    const values = [userId, this.#revision]
    this.#waiting.push(() => this.#client.query(this.#beginAnew, values))
  }

  #endBatch(): void {
    const batch = this.#batch
    this.#batch = undefined
    if (batch === undefined) return
    const { table, rows } = batch
    const isOwned = perUser.has(table.name)
    if (isOwned && this.#userId === undefined) throw new Error('The backup has rows of no user')
    const values = [...(isOwned ? [this.#userId] : []), `[${rows.join()}]`]
    this.#waiting.push(async () => {
      const { rowCount } = await this.#client.query(insertInto(table, isOwned), values)
      if (rowCount !== rows.length)
        throw new Error(`The backup has rows of ${table.name} that are of another user`)
    })
  }

  /** Side by side, in their order. Behind one that fails all others do; the first tells why. */
  async #send(): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = []
    this.#characters = 0
    const results = await Promise.allSettled(waiting.map((send) => send()))
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }
}

function insertInto(table: Table, isOwned: boolean): string {
  const name = quoted(table)
  const rowsIn = (parameter: string) =>
    `insert into ${name} select * from json_populate_recordset(null::${name}, ${parameter}::json) r`
  return isOwned ? `${rowsIn('$2')} where user_id = $1` : rowsIn('$1')
}
