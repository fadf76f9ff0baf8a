import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const cache = fileURLToPath(new URL('../../../../node_modules/.cache/tasklane-test/', import.meta.url))

const LONGEST_RUN_MILLISECONDS = 3_600_000

/**
 * A folder that is made once, and kept for later runs under a name that changes with all that shapes it.
 *
 * It appears under its name when it is whole, so that runs at the same time can share it and a cut-off one leaves none.
 *
 * @param make fills the folder that it is given, which is there and empty.
 */
export async function keptFolder(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const folder = join(cache, name)
  if (existsSync(folder)) {
    // In use by a run from now on.
    utimesSync(folder, new Date(), new Date())
    return folder
  }
  const unfinished = join(cache, `unfinished-${randomUUID()}`)
  mkdirSync(unfinished, { recursive: true })
  await make(unfinished)
  removeOld()
  try {
    renameSync(unfinished, folder)
  } catch (error) {
    rmSync(unfinished, { recursive: true })
    // Another run was faster: its folder is as good as ours.
    if (!existsSync(folder)) throw error
  }
  return folder
}

/** What was used last long ago, and so by no run that is still going. */
function removeOld(): void {
  for (const path of readdirSync(cache).map((name) => join(cache, name))) {
    // It may have got its name meanwhile, from another run.
    const used = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    if (Date.now() - used > LONGEST_RUN_MILLISECONDS) rmSync(path, { recursive: true, force: true })
  }
}
