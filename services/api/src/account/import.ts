import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { AppError, type Fault, invalid } from '../errors.ts'
import { BODY_LIMIT_BYTES, withoutByteOrderMark } from '../http/contract/body.ts'
import { compileValidator } from '../http/contract/validation.ts'
import { FEW, type OwnedAccount } from './queries.ts'
import { type ExportedTask, ExportLine } from './schema.ts'
import { Spool } from './spool.ts'

const faultsOfLine = compileValidator('body', ExportLine)

export interface ImportCounts {
  imported: number
  skipped: number
}

/**
 * Takes an export back, all of it or nothing: it is read and judged to its end before the first task is written. Tasks
 * that are there already are left alone, so that doing it twice changes nothing more.
 *
 * @throws {AppError} `validation_failed` that names the line, or says that the end is missing.
 */
export async function importExport(
  body: Readable,
  account: OwnedAccount,
  userId: string,
): Promise<ImportCounts> {
  const spool = new Spool()
  try {
    const count = await judge(body, new Judge(userId, spool))
    const imported = await account.import(spool, count)
    return { imported, skipped: count - imported }
  } finally {
    await spool.close()
  }
}

async function judge(body: Readable, judge: Judge): Promise<number> {
  let number = 0
  for await (const lines of linesOf(body)) {
    for (const line of lines) {
      number += 1
      if (line.trim() !== '') judge.take(parseLine(line, number), number)
    }
    await judge.handOn()
  }
  return judge.finish(number)
}

/** Holds the lines against one another, and keeps the tasks until the last line has come. */
class Judge {
  readonly #spool: Spool
  readonly #userId: string
  #exporter: string | undefined
  #tasks: string[] = []
  #count = 0
  #hasEnded = false

  constructor(userId: string, spool: Spool) {
    this.#userId = userId
    this.#spool = spool
  }

  take(line: ExportLine, number: number): void {
    if (this.#hasEnded) refuse(number, 'comes after the end of the export')
    if (line.type === 'export') {
      if (this.#exporter !== undefined) refuse(number, 'is a second beginning')
      this.#exporter = line.user_id
      return
    }
    if (this.#exporter === undefined) refuse(number, 'must be the line of type export, which begins one')
    if (line.type === 'end') {
      if (line.count !== this.#count) refuse(number, `counts ${line.count} tasks, but ${this.#count} came`)
      this.#hasEnded = true
      return
    }
    const { type: _type, ...task } = line
    this.#count += 1
    this.#tasks.push(JSON.stringify({ ...task, id: this.#idFor(task), nth: ((this.#count - 1) % FEW) + 1 }))
  }

  /** Hands on the batches that are full. */
  async handOn(): Promise<void> {
    while (this.#tasks.length >= FEW) await this.#spoolBatch()
  }

  async finish(lines: number): Promise<number> {
    if (!this.#hasEnded) refuse(lines + 1, 'is missing: the export was cut off')
    while (this.#tasks.length > 0) await this.#spoolBatch()
    return this.#count
  }

  async #spoolBatch(): Promise<void> {
    await this.#spool.append(`[${this.#tasks.splice(0, FEW).join()}]`)
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

/** The lines of each piece together: one by one, a file of empty lines would take half a minute for each MiB. */
async function* linesOf(body: Readable): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  // Destroying the stream, as leaving the loop early otherwise does, takes the connection and the answer with it.
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    rest += decode(decoder, chunk as Buffer)
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) refuseLong(line)
    refuseLong(rest)
    yield lines
  }
  rest += decode(decoder)
  if (rest !== '') yield [rest]
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
  // A UTF-16 unit is at most three bytes.
  if (line.length <= BODY_LIMIT_BYTES / 3 || Buffer.byteLength(line) <= BODY_LIMIT_BYTES) return
  throw lineTooLong()
}

function refuse(line: number, message: string): never {
  invalid([{ in: 'body', path: '', message: `line ${line} ${message}` }])
}

export function lineTooLong(): AppError {
  return new AppError('payload_too_large', `A line must be at most ${BODY_LIMIT_BYTES} bytes`)
}
