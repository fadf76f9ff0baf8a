import { setFlagsFromString } from 'node:v8'
import { PGlite, type PGliteOptions } from '@electric-sql/pglite'

/**
 * Opens the embedded engine with V8's fast compiler alone.
 *
 * V8 would spend more processor time on optimizing the engine than a start takes for all the rest. Once it is open, V8
 * may optimize what turns out to be hot.
 */
export async function createPGlite(options: PGliteOptions): Promise<PGlite> {
  setFlagsFromString('--liftoff-only')
  try {
    return await PGlite.create(options)
  } finally {
    setFlagsFromString('--no-liftoff-only')
  }
}
