import { Duplex } from 'node:stream'
import type { PGlite } from '@electric-sql/pglite'

const IDLE = 'I'.charCodeAt(0)
const IN_TRANSACTION = 'T'.charCodeAt(0)
const TERMINATE = 'X'.charCodeAt(0)
/** A ReadyForQuery message is always these six bytes: 'Z', the length 5, the transaction status. */
const READY_FOR_QUERY_BYTES = 6
/** Ends what an error left half said: until then the session would skip everything else. */
const sync = message('S', Buffer.alloc(0))
const rollback = simpleQuery('rollback')
const forgetStatements = simpleQuery('deallocate all')
const takeNoWrites = simpleQuery('set default_transaction_read_only = on')
const takeWrites = simpleQuery('set default_transaction_read_only = off')
const writeNoMore = simpleQuery('set transaction_read_only = on')

/**
 * Hands PGlite's one session to one stream at a time.
 *
 * A stream that is inside a transaction keeps the session until the transaction ends; without that, one
 * client's rollback would undo another client's insert.
 *
 * While its disk is nearly full the session reads only, and every write fails as on a standby (25006): the engine would end
 * itself at the write for which there is no room.
 */
export class PGliteSession {
  readonly #pglite: PGlite
  readonly #hasRoom: () => boolean
  #isReadOnly = false
  /** Whether a transaction that began before is read-only as well. */
  #isOwnerReadOnly = false
  #status: number | undefined = IDLE
  #owner: PGliteStream | undefined
  readonly #waiting: PGliteStream[] = []
  #running: Promise<void> | undefined
  #closed = false

  constructor(pglite: PGlite, hasRoom: () => boolean = () => true) {
    this.#pglite = pglite
    this.#hasRoom = hasRoom
  }

  /** Asks for a turn; the session calls `takeTurn` on the stream when it is free. */
  request(stream: PGliteStream): void {
    if (!this.#waiting.includes(stream)) this.#waiting.push(stream)
    this.#next()
  }

  /** Finishes what runs and takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
    await this.#pglite.close()
  }

  #next(): void {
    if (this.#running !== undefined || this.#closed) return
    const index = this.#owner === undefined ? 0 : this.#waiting.indexOf(this.#owner)
    const stream = this.#waiting[index]
    if (stream === undefined) return
    this.#waiting.splice(index, 1)
    this.#running = this.#run(stream)
  }

  async #run(stream: PGliteStream): Promise<void> {
    try {
      await this.#suitRoom()
      const answer = await this.#pglite.execProtocolRaw(stream.takeInput())
      this.#status = transactionStatus(answer)
      // An answer without ReadyForQuery (the client has not sent Sync yet) leaves the session where it is.
      this.#owner = this.#status === IDLE ? undefined : stream
      stream.deliver(answer)
    } catch (error) {
      this.#owner = undefined
      // To the driver this is a connection that broke, and so it is to the code that decides on another try.
      const failure = new Error('The embedded database failed', { cause: error })
      stream.destroy(Object.assign(failure, { code: 'ECONNRESET' }))
    } finally {
      this.#running = undefined
      this.#next()
    }
  }

  async #suitRoom(): Promise<void> {
    const isReadOnly = !this.#hasRoom()
    if (this.#owner === undefined) {
      this.#isOwnerReadOnly = false
      if (isReadOnly === this.#isReadOnly) return
      await this.#pglite.execProtocolRaw(isReadOnly ? takeNoWrites : takeWrites)
      this.#isReadOnly = isReadOnly
    } else if (isReadOnly && !this.#isOwnerReadOnly && this.#status === IN_TRANSACTION) {
      await this.#pglite.execProtocolRaw(writeNoMore)
      this.#isOwnerReadOnly = true
    }
  }
}

/** A byte stream to the embedded database, for the `stream` option of `pg`: it looks like a socket. */
export class PGliteStream extends Duplex {
  readonly #session: PGliteSession
  #input: Uint8Array[] = []
  #scheduled = false
  #started = false
  #namesStatements = false
  #leaving = false

  constructor(session: PGliteSession) {
    super()
    this.#session = session
  }

  connect(): this {
    setImmediate(() => this.emit('connect'))
    return this
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    if (!this.#started) {
      this.#started = true
      this.push(startupAnswer)
    } else if (chunk[0] !== TERMINATE) {
      this.#namesStatements ||= namesStatement(chunk)
      this.#send(chunk)
    }
    done()
  }

  override _final(done: (error?: Error) => void): void {
    this.#leave()
    this.push(null)
    done()
  }

  /** A client that hangs up takes unbegun messages along, as if it had never sent them. */
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#leaving) this.#input = []
    this.#leave()
    done(error)
  }

  takeInput(): Uint8Array {
    const input = this.#input
    this.#input = []
    return input.length === 1 && input[0] !== undefined ? input[0] : Buffer.concat(input)
  }

  deliver(answer: Uint8Array): void {
    if (!this.#leaving) this.push(answer)
  }

  /** Does what a server does when a connection ends: nothing of it stays in the one session that all share. */
  #leave(): void {
    if (this.#leaving || !this.#started) return
    this.#leaving = true
    this.#send(sync, rollback)
    if (this.#namesStatements) this.#send(forgetStatements)
  }

  /** Batches all that was written in one turn of the event loop: five times the throughput of one call each. */
  #send(...chunks: Uint8Array[]): void {
    this.#input.push(...chunks)
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      // A turn in between may have taken it all; an empty turn would leave the session with a stream that is done.
      if (this.#input.length > 0) this.#session.request(this)
    })
  }
}

/** A Parse message whose first string, the statement's name, is not empty. */
function namesStatement(chunk: Buffer): boolean {
  return chunk[0] === 'P'.charCodeAt(0) && chunk[5] !== 0
}

function transactionStatus(answer: Uint8Array): number | undefined {
  const start = answer.length - READY_FOR_QUERY_BYTES
  return answer[start] === 'Z'.charCodeAt(0) ? answer[answer.length - 1] : undefined
}

function simpleQuery(sql: string): Buffer {
  return message('Q', Buffer.from(`${sql}\0`))
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

/** PGlite's session is open already: AuthenticationOk, BackendKeyData and ReadyForQuery are all a client awaits. */
const startupAnswer = Buffer.concat([
  message('R', Buffer.alloc(4)),
  message('K', Buffer.alloc(8)),
  message('Z', Buffer.from('I')),
])
