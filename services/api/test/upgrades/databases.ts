import type { FastifyInstance } from 'fastify'
import { loadConfig } from '../../src/config.ts'
import type { Database } from '../../src/database/database.ts'
import { startApp } from '../../src/service.ts'
import { timingOfTests } from '../support/app.ts'
import { Client } from '../support/client.ts'
import { temporaryFolder } from '../support/database.ts'
import { silentLog } from '../support/log.ts'
import { databaseOf } from './released.ts'

/** All that ends with the test, the last one first. */
export const ends: (() => Promise<void> | void)[] = []

export async function endAll(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end()
}

/** That version's database, which goes with the test. */
export async function open(version: string): Promise<Database> {
  const { database, drop } = await databaseOf(version)
  ends.push(drop)
  return database
}

/** This version on that database, which ends with it. */
export async function start(database: Database): Promise<string> {
  const folder = temporaryFolder()
  ends.push(folder.remove)
  const env = { AUTH_SECRET: 'an AUTH_SECRET for tests, 32 bytes or more', DATA_DIR: folder.path }
  const config = loadConfig({ ...env, RATE_LIMIT_PER_MINUTE: '0' })
  const app: FastifyInstance = await startApp(config, database, silentLog, timingOfTests)
  ends.push(() => app.close())
  return app.listen({ host: '127.0.0.1', port: 0, listenTextResolver: () => 'listening' })
}

export async function callerAt(url: string, name: string): Promise<Client> {
  const credentials = { email: `${name}@example.com`, password: 'correct horse' }
  const { token } = (await new Client(url).post('/auth/sign-in/email', credentials)).body
  return new Client(url, (await new Client(url, token).get('/auth/token')).body.token)
}

export async function rowsOf({ pool }: Database): Promise<Record<string, unknown>[]> {
  const tables = (
    await pool.query<{ name: string }>(`
    select quote_ident(nspname) || '.' || quote_ident(relname) as name
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname in ('public', 'tasklane_auth') and relkind in ('r', 'p') and relname <> 'schema_migrations' order by 1`)
  ).rows
  const rows: Record<string, unknown>[] = []
  for (const { name } of tables) {
    const answer = await pool.query<{ row: object }>(
      `select to_jsonb(t) as row from ${name} t order by t::text`,
    )
    rows.push(...answer.rows.map(({ row }) => ({ table: name, ...row })))
  }
  return rows
}
