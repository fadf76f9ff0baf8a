import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { unavailable } from '../errors.ts'

const WHOLE = '.ndjson'

const FIRST_PAUSE_MILLISECONDS = 10_000
const LONGEST_PAUSE_MILLISECONDS = 60 * 60 * 1000

/** An import that was taken, and is not written to its end. */
export interface KeptImport {
  userId: string
  /** Its tasks, so many at a time, as JSON. */
  batches: () => AsyncIterable<string>
  isKept: () => Promise<boolean>
  /** It is written. */
  forget: () => Promise<void>
}

/**
 * Imports that are being written, in files beside the embedded database: what a process that is killed leaves undone,
 * the next one does. A file gets its name when all of it is there.
 */
export class KeptImports {
  readonly #folder: string
  /** The last one of each user, so that the next one waits for it. */
  readonly #last = new Map<string, Promise<unknown>>()

  readonly #pauseMilliseconds: number

  constructor(folder: string, pauseMilliseconds = FIRST_PAUSE_MILLISECONDS) {
    this.#folder = folder
    this.#pauseMilliseconds = pauseMilliseconds
  }

  /** @throws {AppError} `unavailable` where it cannot be kept; then nothing of it is left. */
  async keep(userId: string, batches: AsyncIterable<string>): Promise<KeptImport> {
    const path = join(this.#folder, randomUUID() + WHOLE)
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      await write(`${path}.part`, userId, batches)
      await rename(`${path}.part`, path)
    } catch (error) {
      await rm(`${path}.part`, { force: true }).catch(() => {})
      throw unavailable('The service has no room for imports', error)
    }
    return keptAt(path, userId)
  }

  /** Those that another process has left. */
  async left(): Promise<KeptImport[]> {
    const names = await readdir(this.#folder).catch(() => [])
    const kept: KeptImport[] = []
    for (const name of names) {
      const path = join(this.#folder, name)
      if (name.endsWith(WHOLE)) kept.push(keptAt(path, await ownerOf(path)))
      else await rm(path, { force: true })
    }
    return kept
  }

  /** Goes on with one that could not be written to its end, in ever longer pauses. If the process ends, the next one does. */
  later({ userId, isKept }: KeptImport, finish: () => Promise<unknown>): void {
    const wait = (pause: number) => {
      const goOn = async () => {
        const isOver = await this.inTurn(userId, finish).then(
          () => true,
          async () => !(await isKept()),
        )
        if (!isOver) wait(Math.min(2 * pause, LONGEST_PAUSE_MILLISECONDS))
      }
      setTimeout(goOn, pause).unref()
    }
    wait(this.#pauseMilliseconds)
  }

  /** One user's imports come one after another: each counts what is there before it begins. */
  async inTurn<T>(userId: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(userId) ?? Promise.resolve()).then(work)
    const settled = turn.catch(() => {})
    this.#last.set(userId, settled)
    try {
      return await turn
    } finally {
      if (this.#last.get(userId) === settled) this.#last.delete(userId)
    }
  }
}

async function write(path: string, userId: string, batches: AsyncIterable<string>): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.write(`${JSON.stringify(userId)}\n`)
    for await (const batch of batches) await file.write(`${oneLine(batch)}\n`)
  } finally {
    await file.close()
  }
}

function keptAt(path: string, userId: string): KeptImport {
  return {
    userId,
    async *batches() {
      let isFirst = true
      for await (const line of linesOf(path)) {
        if (!isFirst) yield line
        isFirst = false
      }
    },
    isKept: () =>
      access(path).then(
        () => true,
        () => false,
      ),
    forget: () => rm(path, { force: true }),
  }
}

async function ownerOf(path: string): Promise<string> {
  for await (const line of linesOf(path)) return String(JSON.parse(line))
  throw new Error(`The file ${path} is empty`)
}

function linesOf(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })
}

/** Two characters that JSON leaves as they are end a line for Node's reader. */
function oneLine(json: string): string {
  return json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}
