import { randomUUID } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError, unavailable } from '../errors.ts'

const MEBIBYTE = 1024 * 1024
export const spoolLimits = {
  /** Kept in memory; a spool that grows past it goes to a file. */
  memoryBytes: MEBIBYTE,
  /** Of one spool. */
  bytes: 1024 * MEBIBYTE,
  /** Of all spools of the process together. */
  allBytes: 2048 * MEBIBYTE,
}

/**
 * Texts that wait for the last of them, in the system's folder for temporary files. The file loses its name as soon as
 * it is open, and no other user may read it: when the process ends, however it does, the system takes the space back.
 */
export class Spool {
  static #allBytes = 0
  readonly #limits: typeof spoolLimits
  #bytes = 0
  #file: FileHandle | undefined
  /** The lengths of those in the file, in bytes. */
  readonly #lengths: number[] = []
  #unwritten: Buffer[] = []
  #unwrittenBytes = 0

  constructor(limits = spoolLimits) {
    this.#limits = limits
  }

  async append(text: string): Promise<void> {
    const bytes = Buffer.from(text)
    if (this.#bytes + bytes.length > this.#limits.bytes) throw spoolFull(this.#limits.bytes)
    if (Spool.#allBytes + bytes.length > this.#limits.allBytes)
      throw unavailable('Too much is being imported at once')
    Spool.#allBytes += bytes.length
    this.#bytes += bytes.length
    this.#unwritten.push(bytes)
    this.#unwrittenBytes += bytes.length
    if (this.#unwrittenBytes > this.#limits.memoryBytes) await this.#write()
  }

  /** All texts, in their order. */
  async *texts(): AsyncGenerator<string> {
    let position = 0
    for (const length of this.#lengths) {
      const { buffer } = await onDisk(this.#file?.read(Buffer.alloc(length), 0, length, position))
      yield buffer.toString()
      position += length
    }
    for (const text of this.#unwritten) yield text.toString()
  }

  async close(): Promise<void> {
    Spool.#allBytes -= this.#bytes
    this.#bytes = 0
    this.#unwritten = []
    await this.#file?.close()
  }

  async #write(): Promise<void> {
    this.#file ??= await onDisk(openNameless())
    await onDisk(this.#file.appendFile(Buffer.concat(this.#unwritten)))
    this.#lengths.push(...this.#unwritten.map(({ length }) => length))
    this.#unwritten = []
    this.#unwrittenBytes = 0
  }
}

async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `tasklane-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600)
  await unlink(path)
  return file
}

/** A disk that is full, or a folder that is missing, may be mended while the client waits to try again. */
async function onDisk<T>(work: Promise<T> | undefined): Promise<T> {
  if (work === undefined) throw new Error('the spool has no file')
  return work.catch((error: unknown) => {
    throw unavailable('The service has no room for temporary files', error)
  })
}

export function spoolFull(bytes: number): AppError {
  return new AppError('payload_too_large', `The tasks of an import must be at most ${bytes} bytes`)
}
