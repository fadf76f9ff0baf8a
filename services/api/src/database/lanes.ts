import { unavailable } from '../errors.ts'
import { databaseError, isConnectionLost } from './database-error.ts'
import { LOOK_MILLISECONDS, waitedTooLong } from './deadline.ts'
import { Lane, type LaneOptions, type Waiting } from './lane.ts'
import type { Row, Step } from './statement.ts'

/**
 * Connections that many requests share at once.
 *
 * Each call writes its whole transaction in one turn of the event loop, so transactions never interleave on a
 * connection and cost one round trip each. A call goes to the connection with the least waiting on it.
 *
 * A connection that stands still is sent nothing more: further calls wait here, where they can be taken back. A call is
 * refused at its deadline, and not done later. One that waits here is forgotten. For one on a connection, the statement in
 * front is cancelled; the server then refuses the calls behind it, which come back to us.
 */
export class LanePool {
  readonly #lanes: Lane[]
  #queue: Waiting[] = []
  #timer: NodeJS.Timeout | undefined
  #connectFailure: unknown
  #closed = false

  constructor(count: number, options: Omit<LaneOptions, 'isWanted' | 'onFree' | 'onBack' | 'onFailure'>) {
    const hooks = {
      isWanted: () => this.#queue.length > 0 && !this.#closed,
      onFree: () => this.#sendQueue(),
      onBack: (waiting: Waiting) => this.#start(waiting),
      onFailure: (error: unknown) => this.#failToConnect(error),
    }
    this.#lanes = Array.from({ length: count }, () => new Lane({ ...options, ...hooks }))
  }

  get waiting(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.waiting, this.#queue.length)
  }

  /** A lost connection leaves unknown whether a write was committed; only what is safe to repeat is repeated. */
  async transact(
    userId: string,
    steps: readonly Step[],
    deadline: number,
    isRepeatable: boolean,
  ): Promise<Row[][]> {
    try {
      return await this.#enter(userId, steps, deadline)
    } catch (error) {
      if (!isRepeatable || !isConnectionLost(error)) throw databaseError(error)
    }
    return this.#enter(userId, steps, deadline).catch((error: unknown) => {
      throw databaseError(error)
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#refuseQueue(unavailable('The service is stopping'))
    await Promise.all(this.#lanes.map((lane) => lane.close()))
  }

  #enter(userId: string, steps: readonly Step[], deadline: number): Promise<Row[][]> {
    this.#timer ??= setTimeout(() => this.#look(), LOOK_MILLISECONDS).unref()
    return new Promise((resolve, reject) => {
      this.#start({ userId, steps, deadline, resolve, reject })
    })
  }

  #start(waiting: Waiting): void {
    const now = performance.now()
    if (now >= waiting.deadline) {
      waiting.reject(this.#tooLate())
      return
    }
    const lane = this.#freest(now)
    if (lane !== undefined) lane.send(waiting, now)
    else if (this.#closed) waiting.reject(unavailable('The service is stopping'))
    else this.#queue.push(waiting)
    // Opens another one if the best has work already, or if there is none.
    if (lane === undefined || lane.waiting > 1) this.#lanes.find((other) => other.isClosed)?.open()
  }

  #freest(now: number): Lane | undefined {
    let best: Lane | undefined
    for (const lane of this.#lanes) {
      if (lane.takesMore(now) && (best === undefined || lane.waiting < best.waiting)) best = lane
    }
    return best
  }

  #sendQueue(): void {
    if (this.#queue.length === 0) return
    const queue = this.#queue
    this.#queue = []
    for (const waiting of queue) this.#start(waiting)
  }

  /** While anything waits, and only then. */
  #look(): void {
    const now = performance.now()
    for (const lane of this.#lanes) lane.enforceDeadlines(now)
    // Those in time go back to where they were, or to a connection that has moved meanwhile.
    this.#sendQueue()
    this.#timer = this.waiting === 0 ? undefined : setTimeout(() => this.#look(), LOOK_MILLISECONDS).unref()
  }

  #tooLate(): unknown {
    const isConnected = this.#lanes.some((lane) => lane.isOpen)
    if (isConnected || this.#connectFailure === undefined) return waitedTooLong()
    return databaseError(this.#connectFailure)
  }

  /** A lost connection may come back before anybody's deadline; a wrong password stays wrong. */
  #failToConnect(error: unknown): void {
    this.#connectFailure = error
    if (!isConnectionLost(error)) this.#refuseQueue(error)
  }

  #refuseQueue(error: unknown): void {
    const queue = this.#queue
    this.#queue = []
    for (const { reject } of queue) reject(error)
  }
}
