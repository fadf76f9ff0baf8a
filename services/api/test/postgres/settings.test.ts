import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/database/open.ts'
import { startApp } from '../../src/service.ts'
import { authSecret } from '../support/accounts.ts'
import { timingOfTests } from '../support/app.ts'
import { lifeOfATask } from '../support/life.ts'
import { silentLog } from '../support/log.ts'
import { createOwnDatabase, type OwnDatabase } from '../support/server.ts'

/** A setting of the database, or of a role, and a value that is not its own. */
interface Change {
  name: string
  value: string
}

/** Values for settings that are text; the others say themselves what they may be. */
const texts: Record<string, string[]> = {
  DateStyle: ['German', 'SQL, DMY', 'Postgres, YMD'],
  TimeZone: ['Asia/Kathmandu', 'America/St_Johns'],
  client_encoding: ['LATIN1', 'SQL_ASCII', 'SJIS'],
  search_path: ['evil, public', '', 'evil', 'evil, pg_catalog, public'],
  application_name: ["it's another"],
  default_tablespace: ['nowhere'],
  temp_tablespaces: ['nowhere'],
  default_text_search_config: ['pg_catalog.turkish'],
  lc_messages: ['C.UTF-8'],
  lc_monetary: ['C.UTF-8'],
  lc_numeric: ['C.UTF-8'],
  lc_time: ['C.UTF-8'],
  timezone_abbreviations: ['India'],
}

const LEVELS = 4

/** Short enough to end what is under way. */
const oddTimes = ['1', '999']

const settable = `
  select name, setting, vartype, unit, min_val, max_val, enumvals from pg_settings
  where context in ('user', 'superuser') order by name`

let own: OwnDatabase
beforeAll(async () => {
  own = await createOwnDatabase('migrated')
  // Tables and a function that a search path may lead to instead of the service's own.
  await own.query('create schema evil')
  for (const table of ['users', 'task_lists', 'tasks', 'idempotency_keys', 'schema_migrations']) {
    await own.query(`create table evil.${table} (like public.${table} including all)`)
  }
  await own.query(
    `create function evil.app_set_user(u uuid) returns void language plpgsql as $$ begin end $$`,
  )
  await own.query('grant usage on schema evil to public')
  await own.query('grant all on all tables in schema evil to public')
})
afterAll(() => own.drop())

/** The life of a task on a service that starts now, or why it does not start. */
async function live(): Promise<{ life: unknown } | { refusal: string }> {
  const config = loadConfig({ DATABASE_URL: own.url, AUTH_SECRET: authSecret, RATE_LIMIT_PER_MINUTE: '0' })
  const started = await openDatabase(config, silentLog)
    .then((database) => startApp(config, database, silentLog, timingOfTests))
    .catch((error: unknown) => String(error))
  if (typeof started === 'string') return { refusal: started }
  try {
    return { life: await lifeOfATask(await started.listen({ host: '127.0.0.1', port: 0 })) }
  } finally {
    await started.close()
  }
}

/** Sets all of them for the database; what PostgreSQL itself refuses is left out. */
async function set(changes: readonly Change[]): Promise<void> {
  const database = new URL(own.url).pathname.slice(1)
  const each = changes.map(({ name, value }) => {
    const literal = name === 'search_path' ? value || "''" : `'${value.replaceAll("'", "''")}'`
    const command = `alter database ${database} set "${name}" = ${literal}`
    return `begin execute ${quoted(command)}; exception when others then null; end;`
  })
  // Without the settings of before.
  const plain = new URL(own.url)
  plain.pathname = '/postgres'
  await own.query(`alter database ${database} reset all`, plain.href)
  await own.query(`do $do$ begin ${each.join('\n')} end $do$`, plain.href)
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

/** Which of them neither let the service work right nor are named in its refusal; found by halves. */
async function faultsAmong(changes: readonly Change[], usual: unknown): Promise<string[]> {
  await set(changes)
  const outcome = await live()
  if ('life' in outcome && JSON.stringify(outcome.life) === JSON.stringify(usual)) return []
  if ('refusal' in outcome) {
    const { refusal } = outcome
    const rest = changes.filter(({ name }) => !refusal.includes(`${name} is "`))
    if (rest.length < changes.length) return rest.length === 0 ? [] : faultsAmong(rest, usual)
  }
  const [only, ...others] = changes
  if (only === undefined) return ['nothing at all']
  if (others.length === 0) return [`${only.name} = ${only.value}: ${JSON.stringify(outcome)}`]
  const half = Math.ceil(changes.length / 2)
  const first = await faultsAmong(changes.slice(0, half), usual)
  return first.length > 0 ? first : faultsAmong(changes.slice(half), usual)
}

async function allChanges(): Promise<Change[][]> {
  const { rows } = await own.query(settable)
  return rows.map((row) => {
    const { name, setting, vartype, unit, min_val: minimum, max_val: maximum } = row
    const values: string[] =
      vartype === 'bool'
        ? [setting === 'on' ? 'off' : 'on']
        : vartype === 'enum'
          ? row.enumvals
          : vartype === 'string'
            ? (texts[name] ?? [])
            : [minimum, maximum, ...(unit === 'ms' ? oddTimes : [])]
    const others = values.filter((value) => value !== setting)
    // Of the dozen levels of what is logged, a few will do.
    return (name.includes('_min_') ? others.slice(-LEVELS) : others).map((value) => ({ name, value }))
  })
}

test('whatever a database sets, the service works as ever or refuses to start and names the setting', async () => {
  await set([])
  const outcome = await live()
  if ('refusal' in outcome) throw new Error(outcome.refusal)
  const changes = await allChanges()
  const rounds = Math.max(...changes.map(({ length }) => length))
  // Every setting at once, each with the next of its values: the round is over when all have had theirs.
  for (let round = 0; round < rounds; round += 1) {
    const now = changes.flatMap((of) => of[round] ?? [])
    expect(await faultsAmong(now, outcome.life)).toEqual([])
  }
  await set([])
  const strayed = 'select user_id from evil.users union all select user_id from evil.tasks'
  expect((await own.query(strayed)).rows).toEqual([])
})

test.each([
  ['default_transaction_isolation', 'serializable'],
  ['default_transaction_read_only', 'on'],
  ['row_security', 'off'],
  ['session_replication_role', 'replica'],
  ['statement_timeout', '1'],
  ['role', 'tasklane_observer'],
])(
  'the service refuses to start, and says what to do, while its database sets %s to %s',
  async (name, value) => {
    await set([{ name, value }])
    const outcome = await live()
    if (!('refusal' in outcome)) throw new Error('It started')
    expect(outcome.refusal).toContain(`${name} is "`)
    const [remedy = ''] = /alter role .*? = '.*?'/.exec(outcome.refusal) ?? []
    await own.query(remedy, own.url.replace(/\/[^/]*$/, '/postgres'))
    expect(await live()).toHaveProperty('life')
    await own.query(remedy.replace(/ set .*/, ` reset "${name}"`), own.url.replace(/\/[^/]*$/, '/postgres'))
  },
)
