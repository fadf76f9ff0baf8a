import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../src/database/migrate.ts'
import { createEmbeddedDatabase } from '../../src/database/open.ts'
import { silentLog } from './log.ts'

/** Migrates one embedded database; every test file starts from a copy of it. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'tasklane-test-'))
  const pglite = await PGlite.create()
  const database = createEmbeddedDatabase(pglite, () => {})
  await migrate(database, silentLog)
  const template = join(folder, 'template.tar')
  const dump = await pglite.dumpDataDir('none')
  writeFileSync(template, Buffer.from(await dump.arrayBuffer()))
  await database.close()
  project.provide('engine', {
    kind: 'embedded',
    template,
    folder: await emptyFolder(join(folder, 'database')),
  })
  return () => rmSync(folder, { recursive: true })
}

/** A database folder as a first start leaves it before migrating, for services that run as processes. */
async function emptyFolder(path: string): Promise<string> {
  const pglite = await PGlite.create({ dataDir: path })
  await pglite.close()
  return path
}
