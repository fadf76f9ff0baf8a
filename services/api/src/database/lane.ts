import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { cancelStatement } from './cancel.ts'
import { Client } from './client.ts'
import { isCancelled, isConnectionLost } from './database-error.ts'
import { waitedTooLong } from './deadline.ts'
import { type PreparedStatements, sendTransaction } from './pipelined-transaction.ts'
import type { Row, Step } from './statement.ts'
import { takeUnreplicated, watchReplication } from './unreplicated.ts'

/** A connection that has answered nothing for so long stands still; most transactions take a thousandth of it. */
const STANDSTILL_MILLISECONDS = 200
/** One that has answered nothing for so long is overdue: another one is opened in its place. */
const OVERDUE_MILLISECONDS = 1_500
/** So long an overdue one is kept. It may answer again, and a server that stands still keeps those that are closed. */
const KEEP_MILLISECONDS = 60_000
/** A cancellation is repeated this often while it is needed. */
const CANCEL_MILLISECONDS = 100
/** A cancellation may be this long on its way, and hit a transaction that came after. */
const CANCEL_REACH_MILLISECONDS = 2_000
const CONNECT_RETRY_MILLISECONDS = 250

/** A transaction that a request waits for. */
export interface Waiting {
  readonly userId: string
  readonly steps: readonly Step[]
  /** The time of `performance.now()` after which it is not begun any more. */
  readonly deadline: number
  readonly resolve: (results: Row[][]) => void
  readonly reject: (error: unknown) => void
}

export interface LaneOptions {
  connection: pg.PoolConfig
  prepare: boolean
  /** How long what was cancelled has to end before nobody waits for it any more. */
  graceMilliseconds: number
  /** Told of a connection that was lost. */
  onLost: (error: Error) => void
  /** Whether anybody waits for a connection; while nobody does, one that failed is not tried again. */
  isWanted: () => boolean
  /** Called when more can be sent. */
  onFree: () => void
  /** Takes back a transaction of which nothing was done. */
  onBack: (waiting: Waiting) => void
  /** Told that a connection could not be made. */
  onFailure: (error: unknown) => void
}

/** One connection that many requests share; lost, it is made anew when it is wanted. */
export class Lane {
  readonly #options: LaneOptions
  /**
   * Arrays, since a Set that one adds to and deletes from makes new tables again and again. Each of those tables refers
   * to the next. Once the garbage collector has moved one to the old objects, all that ever were in them stay until
   * the next full collection, with their rows.
   */
  readonly #sent: Waiting[] = []
  /** Sent, and answered by us instead of the database, which may still answer. */
  readonly #givenUp: Waiting[] = []
  #client: pg.Client | undefined
  #prepared: PreparedStatements | undefined
  #isOpening = false
  /** When it last answered, or was sent something while it had nothing to do. */
  #movedAt = 0
  #cancelledAt = Number.NEGATIVE_INFINITY
  #isGathering = false
  #closed = false

  constructor(options: LaneOptions) {
    this.#options = options
  }

  /** Transactions that were sent and not answered. */
  get waiting(): number {
    return this.#sent.length
  }

  get isOpen(): boolean {
    return this.#client !== undefined
  }

  get isClosed(): boolean {
    return !this.isOpen && !this.#isOpening
  }

  /** Has nothing to do, and is owed no answer. */
  get isIdle(): boolean {
    return this.#sent.length === 0 && this.#givenUp.length === 0
  }

  takesMore(now: number): boolean {
    return this.isOpen && (this.isIdle || now - this.#movedAt < STANDSTILL_MILLISECONDS)
  }

  isOverdue(now: number): boolean {
    return this.isOpen && !this.isIdle && now - this.#movedAt >= OVERDUE_MILLISECONDS
  }

  /** The user whose transaction all others on this connection wait for. */
  get userInFront(): string | undefined {
    return (this.#givenUp[0] ?? this.#sent[0])?.userId
  }

  send(waiting: Waiting, now: number): void {
    const client = this.#client
    if (client === undefined) {
      this.#options.onBack(waiting)
      return
    }
    if (this.#sent.length === 0) this.#movedAt = now
    this.#sent.push(waiting)
    this.#gatherWrites(client)
    const { userId, steps } = waiting
    sendTransaction(client, {
      userId,
      steps,
      prepared: this.#prepared,
      done: (failure, results) => {
        const isAwaited = this.#leave(waiting)
        const isUnsure = takeUnreplicated(client)
        // Known here before the connection is seen to end; a call that is tried again must not go to it.
        if (isConnectionLost(failure)) this.#lose(client, failure)
        if (isAwaited) {
          if (isUnsure) waiting.reject(waitedTooLong())
          else if (failure === undefined) waiting.resolve(results)
          else if (this.#wasMeantForAnother(failure)) this.#options.onBack(waiting)
          else waiting.reject(failure)
        }
        this.#options.onFree()
      },
      again: () => {
        if (this.#leave(waiting)) this.#options.onBack(waiting)
      },
    })
  }

  /** Cancels what runs when any that was sent has waited long enough; if that does not help, nobody waits for it. */
  enforceDeadlines(now: number): void {
    const client = this.#client
    if (client === undefined || this.isIdle) return
    let earliest = Number.POSITIVE_INFINITY
    for (const { deadline } of this.#sent) if (deadline < earliest) earliest = deadline
    if (this.#givenUp.length > 0 && now - this.#movedAt >= KEEP_MILLISECONDS) {
      // The server goes on with what it has been sent, unless it hears this.
      cancelStatement(client)
      this.#lose(client, new Error('The database did not answer in time'))
    } else if (now >= earliest + this.#options.graceMilliseconds) {
      cancelStatement(client)
      this.#giveUp(now)
    } else if (now >= earliest && now - this.#cancelledAt >= CANCEL_MILLISECONDS) {
      this.#cancelledAt = now
      cancelStatement(client)
    }
  }

  open(): void {
    if (!this.isClosed) return
    this.#isOpening = true
    void this.#connect().finally(() => {
      this.#isOpening = false
      this.#options.onFree()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    // The driver would wait for the answers that nobody else waits for.
    if (this.#givenUp.length > 0) this.#client?.connection.stream.destroy()
    else await this.#client?.end()
  }

  /** Whether anybody waited for it. */
  #leave(waiting: Waiting): boolean {
    this.#movedAt = performance.now()
    if (takeOut(this.#sent, waiting)) return true
    takeOut(this.#givenUp, waiting)
    return false
  }

  /** To those behind the late one it is as if the connection were lost: a read goes to another one. */
  #giveUp(now: number): void {
    for (const waiting of this.#sent.splice(0)) {
      this.#givenUp.push(waiting)
      const isLate = now >= waiting.deadline
      waiting.reject(isLate ? waitedTooLong() : new Error('Connection terminated: it answers nothing'))
    }
  }

  /** A cancelled transaction was undone, so even a write may be sent again. Whether in time is judged there. */
  #wasMeantForAnother(failure: Error): boolean {
    return isCancelled(failure) && performance.now() - this.#cancelledAt < CANCEL_REACH_MILLISECONDS
  }

  /** All that one turn of the event loop has to say goes out in one write: a system call costs more than the rest. */
  #gatherWrites({ connection: { stream } }: pg.Client): void {
    if (this.#isGathering) return
    this.#isGathering = true
    stream.cork()
    setImmediate(() => {
      this.#isGathering = false
      stream.uncork()
    })
  }

  async #connect(): Promise<void> {
    for (;;) {
      const client = new Client({ ...this.#options.connection, pipeline: true })
      client.on('error', (error) => this.#lose(client, error))
      client.on('end', () => this.#lose(client, undefined))
      watchReplication(client)
      try {
        await client.connect()
        if (this.#closed) return await client.end()
        this.#prepared = this.#options.prepare ? new Map() : undefined
        this.#client = client
        return
      } catch (error) {
        this.#options.onFailure(error)
        await delay(CONNECT_RETRY_MILLISECONDS)
        if (!this.#options.isWanted()) return
      }
    }
  }

  /** Ended as well, whatever was seen of it: a server has only so many connections to give. */
  #lose(client: pg.Client, error: Error | undefined): void {
    if (this.#client !== client) return
    this.#client = undefined
    this.#givenUp.length = 0
    client.connection.stream.destroy()
    if (error !== undefined && !this.#closed) this.#options.onLost(error)
    this.#options.onFree()
  }
}

/** Whether it was there; nearly always it is the first, for answers come in order. */
function takeOut(line: Waiting[], waiting: Waiting): boolean {
  const index = line.indexOf(waiting)
  if (index === 0) line.shift()
  else if (index > 0) line.splice(index, 1)
  return index >= 0
}
