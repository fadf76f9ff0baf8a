import type pg from 'pg'
import type { Database } from '../database/database.ts'
import { actAtLengthFor } from '../database/in-own-transaction.ts'
import { appliedMigrations } from '../database/migrate.ts'
import { readVersion } from '../package.ts'
import { listUsersAfter } from '../retention/statements.ts'
import { headerLine, ownTables, quoted, rowLine, type Table, Tally, userTables } from './format.ts'

const ROWS_AT_A_TIME = 500
const USERS_AT_A_TIME = 100
const BEFORE_ALL_USERS = '00000000-0000-0000-0000-000000000000'

type Row = { row: string }

/**
 * The lines of a backup, some at a time: all as it was at one moment, whatever is written meanwhile. It goes from user
 * to user, as that user, behind the same two walls as their requests.
 */
export async function* backupLines(database: Database, tally = new Tally()): AsyncGenerator<string> {
  const client = await database.pool.connect()
  let isDone = false
  try {
    await client.query('begin isolation level repeatable read read only')
    yield* linesOf(client, tally)
    isDone = true
  } finally {
    await client.query('rollback').catch(() => {})
    client.release(!isDone)
  }
}

async function* linesOf(client: pg.PoolClient, tally: Tally): AsyncGenerator<string> {
  const migrations = await appliedMigrations(client)
  if (migrations.length === 0)
    throw new Error('There is nothing to back up: the database was never started with')
  yield headerLine(readVersion(), migrations)
  await client.query('set local search_path = public, pg_temp')
  await client.query('set local bytea_output = hex')
  const known = await existing(client, [...ownTables, ...userTables])
  const isKnown = ({ name }: Table) => known.has(name)
  yield* rowsOf(client, ownTables.filter(isKnown), undefined, tally)
  const tables = userTables.filter(isKnown)
  for await (const userId of usersOf(client)) yield* rowsOf(client, tables, userId, tally)
  yield tally.toLine()
}

/** An older version's database lacks some. */
async function existing(client: pg.PoolClient, tables: readonly Table[]): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string; exists: boolean }>(
    'select name, to_regclass(quoted) is not null as exists from unnest($1::text[], $2::text[]) t (name, quoted)',
    [tables.map(({ name }) => name), tables.map(quoted)],
  )
  return new Set(rows.filter(({ exists }) => exists).map(({ name }) => name))
}

async function* usersOf(client: pg.PoolClient): AsyncGenerator<string> {
  for (let last: string | undefined = BEFORE_ALL_USERS; last !== undefined; ) {
    await client.query('set local role tasklane_observer')
    const { rows }: pg.QueryResult<{ user_id: string }> = await client.query(listUsersAfter, [
      last,
      USERS_AT_A_TIME,
    ])
    for (const { user_id: userId } of rows) yield userId
    last = rows.at(-1)?.user_id
  }
}

/**
 * The rows of tables, each of which is gone through once: without a cursor, a database that was never analysed would
 * sort all of them for every page.
 */
async function* rowsOf(
  client: pg.PoolClient,
  tables: readonly Table[],
  userId: string | undefined,
  tally: Tally,
): AsyncGenerator<string> {
  const closing = client.query('close all')
  const acting = userId === undefined ? undefined : actAtLengthFor(client, userId)
  const opening = tables.map((table, index) => open(client, table, index, userId))
  const [firsts] = await Promise.all([Promise.all(opening), acting, closing])
  for (const [index, table] of tables.entries()) {
    for (let rows = firsts[index] ?? []; rows.length > 0; rows = await next(client, index, rows)) {
      const lines = rows.map(({ row }) => rowLine(table.name, row))
      for (const line of lines) tally.add(table.name, line)
      yield lines.join('')
    }
  }
}

/** The first rows of a table, or of a user's where they are one's own; all is sent before any of it is answered. */
async function open(
  client: pg.PoolClient,
  table: Table,
  index: number,
  userId: string | undefined,
): Promise<Row[]> {
  const [where, values] = userId === undefined ? ['', []] : ['where user_id = $1', [userId]]
  const text = `
    declare backup_${index} no scroll cursor for
    select json_strip_nulls(row_to_json(t))::text as row from ${quoted(table)} t ${where}`
  const [, { rows }] = await Promise.all([client.query(text, values), fetchFrom(client, index)])
  return rows
}

async function next(client: pg.PoolClient, index: number, before: readonly Row[]): Promise<Row[]> {
  return before.length < ROWS_AT_A_TIME ? [] : (await fetchFrom(client, index)).rows
}

function fetchFrom(client: pg.PoolClient, index: number): Promise<pg.QueryResult<Row>> {
  return client.query<Row>(`fetch ${ROWS_AT_A_TIME} from backup_${index}`)
}
