import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { AppError, type Fault, invalid } from '../errors.ts'
import { BODY_LIMIT_BYTES, withoutByteOrderMark } from '../http/contract/body.ts'
import { compileValidator } from '../http/contract/validation.ts'
import type { OwnedAccount } from './queries.ts'
import { type ExportedTask, ExportLine } from './schema.ts'

const BATCH_SIZE = 200
const faultsOfLine = compileValidator('body', ExportLine)

export interface ImportCounts {
  imported: number
  skipped: number
}

/**
 * Takes an export back, as it arrives. Tasks that are there already are left alone, so that doing it twice, or again
 * after it broke off, changes nothing more.
 *
 * @throws {AppError} `validation_failed` that names the line, or says that the end is missing. The tasks before it
 *   have been imported.
 */
export async function importExport(
  body: Readable,
  account: OwnedAccount,
  userId: string,
): Promise<ImportCounts> {
  const importer = new Importer(account, userId)
  let number = 0
  for await (const line of linesOf(body)) {
    number += 1
    if (line.trim() !== '') await importer.take(parseLine(line, number), number)
  }
  return importer.finish(number)
}

class Importer {
  readonly #account: OwnedAccount
  readonly #userId: string
  #exporter: string | undefined
  #batch: ExportedTask[] = []
  #count = 0
  #imported = 0
  #hasEnded = false

  constructor(account: OwnedAccount, userId: string) {
    this.#account = account
    this.#userId = userId
  }

  async take(line: ExportLine, number: number): Promise<void> {
    if (this.#hasEnded) refuse(number, 'comes after the end of the export')
    if (line.type === 'export') {
      if (this.#exporter !== undefined) refuse(number, 'is a second beginning')
      this.#exporter = line.user_id
      return
    }
    if (this.#exporter === undefined) refuse(number, 'must be the line of type export, which begins one')
    if (line.type === 'end') return this.#end(line.count, number)
    const { type: _type, ...task } = line
    this.#batch.push({ ...task, id: this.#idFor(task) })
    this.#count += 1
    if (this.#batch.length === BATCH_SIZE) await this.#flush()
  }

  async finish(lines: number): Promise<ImportCounts> {
    await this.#flush()
    if (!this.#hasEnded) refuse(lines + 1, 'is missing: the export was cut off')
    return { imported: this.#imported, skipped: this.#count - this.#imported }
  }

  async #end(count: number, number: number): Promise<void> {
    await this.#flush()
    if (count !== this.#count) refuse(number, `counts ${count} tasks, but ${this.#count} came`)
    this.#hasEnded = true
  }

  async #flush(): Promise<void> {
    if (this.#batch.length > 0) this.#imported += await this.#account.import(this.#batch)
    this.#batch = []
  }

  /**
   * One's own tasks keep their ids. Another account's get new ones, the same each time: UUIDs of version 7 with the
   * task's time, and a hash of both ids in the place of chance.
   */
  #idFor({ id, created_at: createdAt }: ExportedTask): string {
    if (this.#exporter === this.#userId) return id
    const time = Math.max(0, Date.parse(createdAt)).toString(16).padStart(12, '0').slice(-12)
    const hash = createHash('sha256').update(`${this.#userId}\0${id}`).digest('hex')
    const variant = ((Number.parseInt(hash.slice(3, 4), 16) & 0x3) | 0x8).toString(16)
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`
  }
}

function parseLine(line: string, number: number): ExportLine {
  let value: unknown
  try {
    // Files that were joined have a mark in the middle.
    value = JSON.parse(withoutByteOrderMark(line))
  } catch {
    refuse(number, 'is not valid JSON')
  }
  const faults = faultsOfLine(value)
  if (faults.length === 0) return value as ExportLine
  return invalid(faults.map((fault): Fault => ({ ...fault, message: `${fault.message} (line ${number})` })))
}

async function* linesOf(body: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  // Destroying the stream, as leaving the loop early otherwise does, takes the connection and the answer with it.
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    rest += decode(decoder, chunk as Buffer)
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of [...lines, rest]) refuseLong(line)
    yield* lines
  }
  rest += decode(decoder)
  if (rest !== '') yield rest
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk?: Buffer): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
  } catch (cause) {
    throw new AppError('malformed_request', 'The body is not valid UTF-8', { cause })
  }
}

/** Each line obeys the limit of a body; a body of lines has none. */
function refuseLong(line: string): void {
  if (Buffer.byteLength(line) <= BODY_LIMIT_BYTES) return
  throw lineTooLong()
}

function refuse(line: number, message: string): never {
  invalid([{ in: 'body', path: '', message: `line ${line} ${message}` }])
}

export function lineTooLong(): AppError {
  return new AppError('payload_too_large', `A line must be at most ${BODY_LIMIT_BYTES} bytes`)
}
