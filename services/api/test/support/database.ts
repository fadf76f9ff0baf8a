import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { createPGlite } from '../../src/database/create-pglite.ts'
import type { Database } from '../../src/database/database.ts'
import { createEmbeddedDatabase, openDatabase } from '../../src/database/open.ts'
import { createCitusDatabase, dropCitusDatabase } from './citus.ts'
import { EmbeddedCopy } from './embedded-copy.ts'
import { silentLog } from './log.ts'
import { databaseUrl, queryAt } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    engine:
      | { kind: 'embedded'; empty: string; migrated: string }
      | { kind: 'postgres'; url: string; template: string; prefix: string }
      | { kind: 'citus'; url: string; nodes: string[]; prefix: string }
  }
}

/** However busy the machine is, a cancellation arrives before a connection is given up. */
export const A_LONG_GRACE = 600_000

export interface TestDatabase {
  /** A migrated database of its own, opened as the service would open it. */
  database: Database
  /** Drops it; the service has closed its connections by then. */
  drop: () => Promise<void>
}

/** A new copy of the migrated template, on the engine that this run is for. */
export async function createTestDatabase(env: NodeJS.ProcessEnv = {}): Promise<TestDatabase> {
  const engine = inject('engine')
  if (engine.kind === 'embedded') {
    const pglite = await createPGlite({ fs: new EmbeddedCopy(engine.migrated) })
    return { database: createEmbeddedDatabase(pglite, () => {}), drop: async () => {} }
  }
  const { url, drop } = await createServerDatabase(engine, 'migrated')
  const database = await openDatabase(loadConfig({ ...env, DATABASE_URL: url }), silentLog, A_LONG_GRACE)
  return { database, drop }
}

export type Server = Exclude<ReturnType<typeof inject<'engine'>>, { kind: 'embedded' }>

/** On Citus one is never empty, since there is nothing to start on before it is distributed. */
export async function createServerDatabase(
  engine: Server,
  beginning: Beginning,
): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = engine.prefix + randomUUID().replaceAll('-', '')
  const url = databaseUrl(engine.url, name)
  if (engine.kind === 'citus') {
    await createCitusDatabase(engine.nodes, name)
    return { url, drop: () => dropCitusDatabase(engine.nodes, name) }
  }
  const source = beginning === 'empty' ? '' : `template ${engine.template}`
  await queryAt(engine.url, `create database ${name} ${source}`)
  return { url, drop: () => dropDatabase(engine.url, name) }
}

/** As the service is to find it: before its first start, or after one, which spares each start of a test a second. */
export type Beginning = 'empty' | 'migrated'

/** A database for a service that runs as a process, as the environment that leads to it. */
export async function createProcessDatabase(
  dataDir: string,
  beginning: Beginning,
): Promise<{ env: NodeJS.ProcessEnv; drop: () => Promise<void> }> {
  const engine = inject('engine')
  if (engine.kind === 'embedded') {
    copyFolder(engine[beginning], join(dataDir, 'database'))
    return { env: {}, drop: async () => {} }
  }
  const { url, drop } = await createServerDatabase(engine, beginning)
  return { env: { DATABASE_URL: url }, drop }
}

/** Node's own copy looks at each of the thousand files thrice. */
function copyFolder(from: string, to: string): void {
  mkdirSync(to, { mode: 0o700 })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) copyFolder(source, target)
    else copyFileSync(source, target)
  }
}

/** A folder for DATA_DIR that goes with the test. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'tasklane-data-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

async function dropDatabase(url: string, name: string): Promise<void> {
  await queryAt(url, `drop database ${name} with (force)`)
}
