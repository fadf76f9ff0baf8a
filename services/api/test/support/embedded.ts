import { createHash } from 'node:crypto'
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../src/database/migrate.ts'
import { createEmbeddedDatabase, embeddedSettings } from '../../src/database/open.ts'
import { keptFolder } from './kept-folder.ts'
import { silentLog } from './log.ts'

/**
 * Migrates one embedded database; every test starts from a copy of it.
 *
 * Making one costs 15 seconds of CPU, far more than most test files. It is kept for the next run, until the
 * migrations, the code that applies them or the engine change.
 */
export default async function setup(project: TestProject): Promise<void> {
  const folder = await keptFolder(fingerprint(), make)
  project.provide('engine', {
    kind: 'embedded',
    empty: join(folder, 'empty'),
    migrated: join(folder, 'migrated'),
  })
}

/** Changes with all that shapes a template. */
function fingerprint(): string {
  const hash = createHash('sha256')
  hash.update(readFileSync(createRequire(import.meta.url).resolve('@electric-sql/pglite')))
  const roots = ['../../migrations/', '../../src/database/', './embedded.ts']
  for (const root of roots) {
    const path = fileURLToPath(new URL(root, import.meta.url))
    const files = root.endsWith('/') ? readdirSync(path).map((name) => join(path, name)) : [path]
    for (const file of files.sort()) hash.update(file).update(readFileSync(file))
  }
  return hash.digest('hex').slice(0, 32)
}

async function make(folder: string): Promise<void> {
  const [empty, migrated] = [join(folder, 'empty'), join(folder, 'migrated')]
  await makeEmptyFolder(empty)
  cpSync(empty, migrated, { recursive: true })
  await migrateFolder(migrated)
}

/** A database folder as a first start leaves it before migrating, for services that run as processes. */
async function makeEmptyFolder(path: string): Promise<void> {
  const pglite = await PGlite.create({ dataDir: path, postgresqlconf: embeddedSettings })
  await pglite.close()
}

async function migrateFolder(path: string): Promise<void> {
  const database = createEmbeddedDatabase(await PGlite.create({ dataDir: path }), () => {})
  await migrate(database, silentLog)
  await database.close()
}
