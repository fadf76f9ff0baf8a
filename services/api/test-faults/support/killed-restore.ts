import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { apiFolder } from '../../test/support/build.ts'
import { temporaryFolder } from '../../test/support/database.ts'

/** How much of a backup a restore is given before it is killed. */
export interface Cut {
  text: string
  /** Whether it may end by itself: it has been told that nothing more comes. */
  isWhole: boolean
}

/**
 * Kills `tasklane restore` where it waits for the rest of its file, which is a pipe; one that has the whole file is
 * killed wherever it has come to.
 *
 * @throws {Error} when it ends before, with what it said.
 */
export async function killRestore(env: NodeJS.ProcessEnv, { text, isWhole }: Cut): Promise<void> {
  const folder = temporaryFolder()
  const pipe = join(folder.path, 'backup')
  execFileSync('mkfifo', [pipe])
  const restore = startRestore(env, pipe)
  const byItself = restore.ended.then(() => {
    if (!isWhole) throw new Error('It did not wait to be killed')
  })
  try {
    await Promise.race([feed(pipe, text, isWhole ? undefined : restore.tells), byItself])
  } catch (cause) {
    await restore.ended
    throw new Error(`The restore ended by itself: ${restore.said()}`, { cause })
  } finally {
    restore.kill()
    await restore.ended
    folder.remove()
  }
}

/** Gives the text to whoever reads the pipe. With `until`, more seems to follow as long as that takes. */
async function feed(pipe: string, text: string, until?: () => Promise<void>): Promise<void> {
  const file = await open(pipe, 'w')
  try {
    await file.writeFile(text)
    await until?.()
  } finally {
    await file.close()
  }
}

function startRestore(env: NodeJS.ProcessEnv, file: string) {
  const { PATH } = process.env
  const child = spawn(process.execPath, [join(apiFolder, 'bin/tasklane.js'), 'restore', file], {
    env: { PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
    })
  }
  return {
    said: () => text,
    ended: once(child, 'close'),
    kill: () => void child.kill('SIGKILL'),
    /** Resolves when it next says how far it has come, as it does each second. */
    tells: async () => void (await once(child.stderr, 'data')),
  }
}
