import { readdirSync, readFileSync } from 'node:fs'
import { inject } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { createPGlite } from '../../src/database/create-pglite.ts'
import type { Database } from '../../src/database/database.ts'
import { createEmbeddedDatabase, openDatabase } from '../../src/database/open.ts'
import { testSecret } from '../support/app.ts'
import { EmbeddedCopy } from '../support/embedded-copy.ts'
import { silentLog } from '../support/log.ts'
import { createOwnDatabase } from '../support/server.ts'

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8')

/** Every released version whose schema is kept here, by its number. */
export const released = readdirSync(import.meta.dirname)
  .map((name) => /^(.+)(?<!statements)\.sql$/.exec(name)?.[1])
  .filter((version) => version !== undefined)

const roles = ['tasklane_app', 'tasklane_observer'].map(
  (role) =>
    `do $$ begin if not exists (select from pg_roles where rolname = '${role}') then create role ${role}; end if; end $$;`,
)

interface Opened {
  database: Database
  drop: () => Promise<void>
}

/** A database of that version with all that was in it, on the engine that this run is for. */
export function databaseOf(version: string): Promise<Opened> {
  return databaseAfter(`${roles.join('\n')}\n${read(`${version}.sql`)}\nreset all;`)
}

/** A database that nothing was ever started on. */
export function emptyDatabase(): Promise<Opened> {
  return databaseAfter('select 1')
}

async function databaseAfter(sql: string): Promise<Opened> {
  const engine = inject('engine')
  if (engine.kind === 'embedded') {
    const pglite = await createPGlite({ fs: new EmbeddedCopy(engine.empty) })
    await pglite.exec(sql)
    return { database: createEmbeddedDatabase(pglite, () => {}), drop: async () => {} }
  }
  const own = await createOwnDatabase('empty')
  await own.query(sql)
  const config = loadConfig({ DATABASE_URL: own.url, JWT_SECRET: testSecret })
  return { database: await openDatabase(config, silentLog), drop: () => own.drop() }
}

/** The statements that version sends, by name. */
export function statementsOf(version: string): Map<string, string> {
  const text = read(`${version}.statements.sql`)
  return new Map(
    [...text.matchAll(/^-- (\w+)\n([\s\S]*?);\n/gm)].map(([, name = '', statement = '']) => [
      name,
      statement,
    ]),
  )
}
