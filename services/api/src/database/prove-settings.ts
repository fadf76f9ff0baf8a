import type pg from 'pg'
import type { Database } from './database.ts'
import { codeOf, timeLimits } from './database-error.ts'

/** Less than this for a statement, a lock or a pause ends what has nothing wrong with it. 0 is no limit. */
const MINIMUM_MILLISECONDS = 1_000

/** Settings that the service relies on and cannot set on each connection, since it may be a pooler's. */
const expected: Record<string, (value: string) => string | undefined> = {
  ...Object.fromEntries(
    [
      ['server_encoding', 'UTF8'],
      ['client_encoding', 'UTF8'],
      ['default_transaction_isolation', 'read committed'],
      ['default_transaction_read_only', 'off'],
      ['default_transaction_deferrable', 'off'],
      ['row_security', 'on'],
      ['session_replication_role', 'origin'],
      ['exit_on_error', 'off'],
      ['role', 'none'],
    ].map(([name = '', value = '']) => [name, is(value)]),
  ),
  DateStyle: (value) => (value.startsWith('ISO') ? undefined : 'ISO'),
  ...Object.fromEntries(
    [
      'statement_timeout',
      'lock_timeout',
      'idle_in_transaction_session_timeout',
      'idle_session_timeout',
      'transaction_timeout',
    ].map((name) => [name, atLeast(MINIMUM_MILLISECONDS)]),
  ),
}

/**
 * Proves that the settings of the database and of the connecting role let the service work, before anything is done.
 *
 * @throws {Error} that names each setting that does not, and says how to change it.
 */
export async function proveSettings({ pool }: Database): Promise<void> {
  const settings = await readSettings(pool)
  const problems = settings.flatMap(({ name, setting, role, database }) => {
    const wanted = expected[name]?.(setting)
    return wanted === undefined ? [] : [problem(name, setting, wanted, role, database)]
  })
  if (problems.length > 0) throw new Error(`Cannot start with these settings:\n${problems.join('\n')}`)
}

interface Setting {
  name: string
  setting: string
  role: string
  database: string
}

async function readSettings(pool: pg.Pool): Promise<Setting[]> {
  const client = await pool.connect()
  let end: unknown
  client.once('error', (error) => {
    end = error
  })
  const text = `
    select name, case name when 'statement_timeout' then reset_val else setting end as setting,
           quote_ident(session_user) as role, quote_ident(current_database()) as database
    from (select name, setting, reset_val from pg_settings
          union all select 'role', current_setting('role'), null) settings
    where name = any($1::text[])`
  try {
    const [, , , { rows }] = await Promise.all([
      client.query('begin'),
      client.query('set local statement_timeout = 0'),
      client.query('set local search_path = pg_catalog, pg_temp'),
      client.query<Setting>(text, [Object.keys(expected)]),
    ])
    return rows
  } catch (error) {
    // Some end even this look at them.
    const name = timeLimits[codeOf(end ?? error) ?? '']
    if (name === undefined) throw error
    const [role = '', database = ''] = [client.user, client.database]
    return [{ name, setting: '1', role, database }]
  } finally {
    // With all that was set for it.
    client.release(true)
  }
}

function problem(name: string, value: string, wanted: string, role: string, database: string): string {
  if (name === 'server_encoding') {
    return `  - the encoding (server_encoding) of the database ${database} is ${value}, which has not every character: make one with encoding '${wanted}'`
  }
  return `  - ${name} is "${value}": run alter role ${role} in database ${database} set ${name} = '${wanted}', and take it out of DATABASE_URL if it is there`
}

function is(wanted: string): (value: string) => string | undefined {
  return (value) => (value === wanted ? undefined : wanted)
}

function atLeast(milliseconds: number): (value: string) => string | undefined {
  return (value) => (value === '0' || Number(value) >= milliseconds ? undefined : '0')
}
