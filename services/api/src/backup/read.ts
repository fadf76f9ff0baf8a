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

type Row = { key: string; row: string }

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
  for (const table of ownTables.filter(({ name }) => known.has(name))) {
    yield* rowsOf(client, table, undefined, tally)
  }
  const tables = userTables.filter(({ name }) => known.has(name))
  for await (const userId of usersOf(client)) {
    await actAtLengthFor(client, userId)
    for (const table of tables) yield* rowsOf(client, table, userId, tally)
  }
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

async function* rowsOf(
  client: pg.PoolClient,
  table: Table,
  userId: string | undefined,
  tally: Tally,
): AsyncGenerator<string> {
  const text = pageOf(table, userId !== undefined)
  const owner = userId === undefined ? [] : [userId]
  for (let last: string | null | undefined = null; last !== undefined; ) {
    const { rows }: pg.QueryResult<Row> = await client.query(text, [...owner, last, ROWS_AT_A_TIME])
    const lines = rows.map(({ row }) => rowLine(table.name, row))
    for (const line of lines) tally.add(table.name, line)
    if (lines.length > 0) yield lines.join('')
    last = rows.length < ROWS_AT_A_TIME ? undefined : rows.at(-1)?.key
  }
}

/** A page of a table behind a key, if there is one; of a user's, where they are one's own. */
function pageOf(table: Table, isOwned: boolean): string {
  const { key, type } = table
  const [owner, after, limit] = isOwned ? ['user_id = $1 and', '$2', '$3'] : ['', '$1', '$2']
  return `
    select "${key}"::text as key, json_strip_nulls(row_to_json(t))::text as row from ${quoted(table)} t
    where ${owner} (${after}::${type} is null or "${key}" > ${after}::${type})
    order by "${key}" limit ${limit}`
}
