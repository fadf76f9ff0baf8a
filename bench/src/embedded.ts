import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { onExit } from './cleanup.ts'
import { DeleteSupply, seed, tasklaneSchema } from './seed.ts'
import { type Service, startTasklane } from './service.ts'

/** One process at a time may open the folder: the service makes the schema, we the rows, then it serves. */
export async function startEmbedded(deletes: number): Promise<{ service: Service; supply: DeleteSupply }> {
  const folder = mkdtempSync(join(tmpdir(), 'tasklane-bench-'))
  onExit(() => rmSync(folder, { recursive: true }))
  const migrating = await startTasklane({ DATA_DIR: folder })
  await migrating.stop()
  const pglite = await PGlite.create({ dataDir: join(folder, 'database') })
  const run = (sql: string) => pglite.exec(sql)
  await seed(run, tasklaneSchema)
  const supply = new DeleteSupply(run, tasklaneSchema)
  await supply.prepare(deletes)
  await pglite.close()
  return { service: await startTasklane({ DATA_DIR: folder }), supply }
}
