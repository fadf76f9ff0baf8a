import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Logger } from 'pino'
import { explainEngineFailure } from './engine-failure.ts'

/**
 * The folder of the embedded database within `DATA_DIR`, which this process has locked; made if it is not there.
 *
 * It is unpacked from a prepared one under another name and renamed when it is whole, so that a start which was
 * killed, or met a full disk, leaves nothing that a later one could take for a database.
 *
 * @throws {Error} in words for the person who started the service.
 */
export async function databaseFolder(dataDir: string, log: Logger): Promise<string> {
  const folder = join(dataDir, 'database')
  const unfinished = `${folder}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  if (isWhole(folder)) return folder
  log.info({ folder }, 'making the embedded database, once for this folder')
  try {
    await unpack(unfinished)
    // A folder that never became a database holds nothing.
    rmSync(folder, { recursive: true, force: true })
    renameSync(unfinished, folder)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    throw explainEngineFailure(error, dataDir)
  }
  return folder
}

/** PostgreSQL writes these two first and last; it opens no folder without them, nor do its own tools. */
function isWhole(folder: string): boolean {
  return existsSync(join(folder, 'PG_VERSION')) && existsSync(join(folder, 'global/pg_control'))
}

async function unpack(folder: string): Promise<void> {
  // Loaded only here: most starts have a database.
  const [{ dataDir }, { parseTarGzip }] = await Promise.all([
    import('@electric-sql/pglite-prepopulatedfs'),
    import('nanotar'),
  ])
  const archive = await (await dataDir()).arrayBuffer()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const { name, type, data } of await parseTarGzip(archive)) {
    const path = join(folder, name)
    if (!path.startsWith(folder)) throw new Error(`The prepared database has a file outside of it: ${name}`)
    if (type === 'directory') mkdirSync(path, { recursive: true, mode: 0o700 })
    else {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      writeFileSync(path, data ?? new Uint8Array(), { mode: 0o600 })
    }
  }
}
