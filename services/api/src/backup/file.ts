import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, linkSync, rmSync } from 'node:fs'
import { PassThrough, Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createBrotliCompress, createBrotliDecompress, createGunzip, createGzip } from 'node:zlib'
import { linesOf } from './lines.ts'

/** A name's ending says how the file is compressed. */
const BROTLI_QUALITY = 4
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }

function compressorFor(path: string): Transform {
  if (path.endsWith('.gz')) return createGzip()
  return path.endsWith('.br') ? createBrotliCompress(brotli) : new PassThrough()
}

function decompressorFor(path: string): Transform {
  if (path.endsWith('.gz')) return createGunzip()
  return path.endsWith('.br') ? createBrotliDecompress() : new PassThrough()
}

/** @throws {Error} where there is a file of this name, which may be the only backup. */
export function refuseExisting(path: string): void {
  if (existsSync(path))
    throw new Error(`There is a file ${path} already, which is left as it is: choose another name`)
}

/**
 * Writes a file that only this user may read, under another name until it is whole and on the disk. Whatever ends it
 * before, a signal included, leaves nothing.
 */
export async function writeFile(path: string, pieces: AsyncIterable<string>): Promise<void> {
  refuseExisting(path)
  const unfinished = `${path}.${randomUUID().slice(0, 8)}.unfinished`
  const remove = () => rmSync(unfinished, { force: true })
  const leave = (signal: NodeJS.Signals) => {
    remove()
    process.kill(process.pid, signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.once(signal, leave)
  try {
    const file = createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true })
    await pipeline(Readable.from(pieces, { objectMode: true }), compressorFor(path), file)
    publish(unfinished, path)
  } finally {
    remove()
    for (const signal of signals) process.off(signal, leave)
  }
}

/** A link is made only where there is no file of that name by now. */
function publish(unfinished: string, path: string): void {
  try {
    linkSync(unfinished, path)
  } catch (error) {
    refuseExisting(path)
    throw error
  }
}

/** The lines of a file that `writeFile` wrote. */
export async function* readLines(path: string): AsyncGenerator<string> {
  const file = createReadStream(path)
  const pieces = file.pipe(decompressorFor(path))
  file.on('error', (error) => pieces.destroy(error))
  try {
    yield* linesOf(pieces)
  } catch (cause) {
    throw explained(cause, path)
  } finally {
    file.destroy()
  }
}

function explained(cause: unknown, path: string): unknown {
  if (!(cause instanceof Error && 'code' in cause)) return cause
  const isDamage = /^(Z_|ERR__|ERR_BROTLI|ERR_ENCODING)/.test(String(cause.code))
  return isDamage ? new Error(`The file ${path} was cut off or damaged: ${cause.message}`, { cause }) : cause
}
