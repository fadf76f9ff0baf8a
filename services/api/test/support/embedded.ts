import { createHash, randomUUID } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../src/database/migrate.ts'
import { createEmbeddedDatabase, embeddedSettings } from '../../src/database/open.ts'
import { silentLog } from './log.ts'

const cache = fileURLToPath(new URL('../../../../node_modules/.cache/tasklane-test/', import.meta.url))

const LONGEST_RUN_MILLISECONDS = 3_600_000

/**
 * Migrates one embedded database; every test starts from a copy of it.
 *
 * Making one costs 15 seconds of CPU, far more than most test files. It is kept for the next run, until the
 * migrations, the code that applies them or the engine change.
 */
export default async function setup(project: TestProject): Promise<void> {
  const folder = join(cache, fingerprint())
  if (!existsSync(folder)) await make(folder)
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

/** Appears under its name when it is whole, so that runs at the same time can share it and a cut-off one leaves none. */
async function make(folder: string): Promise<void> {
  const unfinished = join(cache, `unfinished-${randomUUID()}`)
  mkdirSync(unfinished, { recursive: true })
  const [empty, migrated] = [join(unfinished, 'empty'), join(unfinished, 'migrated')]
  await makeEmptyFolder(empty)
  cpSync(empty, migrated, { recursive: true })
  await migrateFolder(migrated)
  removeOld()
  try {
    renameSync(unfinished, folder)
  } catch (error) {
    rmSync(unfinished, { recursive: true })
    // Another run was faster: its template is as good as ours.
    if (!existsSync(folder)) throw error
  }
}

/** What was made long ago, and is in use by no run that is still going. */
function removeOld(): void {
  for (const path of readdirSync(cache).map((name) => join(cache, name))) {
    if (Date.now() - statSync(path).mtimeMs > LONGEST_RUN_MILLISECONDS) rmSync(path, { recursive: true })
  }
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
