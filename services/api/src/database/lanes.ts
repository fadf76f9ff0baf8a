import { unavailable } from '../errors.ts'
import { databaseError, isConnectionLost } from './database-error.ts'
import { LOOK_MILLISECONDS, waitedTooLong } from './deadline.ts'
import { Lane, type LaneOptions, type Waiting } from './lane.ts'
import { type FindNodes, Standstill } from './standstill.ts'
import type { Row, Step } from './statement.ts'

export interface LanePoolOptions extends Omit<LaneOptions, 'isWanted' | 'onFree' | 'onBack' | 'onFailure'> {
  /** How many connections may take the place of overdue ones. */
  spares: number
  /** Asked only while an answer is overdue. */
  findNodes: FindNodes
}

/**
 * Connections that many requests share at once.
 *
 * Each call writes its whole transaction in one turn of the event loop, so transactions never interleave on a
 * connection and cost one round trip each. A call goes to the connection with the least waiting on it.
 *
 * A connection that stands still is sent nothing more: further calls wait here, where they can be taken back. A call is
 * refused at its deadline, and not done later. One that waits here is forgotten. For one on a connection, the statement in
 * front is cancelled; the server then refuses the calls behind it, which come back to us.
 *
 * Of a distributed database one node may stand still, and its users' calls with it. A connection whose answer is overdue is
 * replaced by another one, within a bound, and those users wait here meanwhile. It is of use again once it answers.
 */
export class LanePool {
  readonly #count: number
  readonly #spares: number
  readonly #makeLane: () => Lane
  readonly #standstill: Standstill
  #lanes: Lane[]
  #queue: Waiting[] = []
  #timer: NodeJS.Timeout | undefined
  #connectFailure: unknown
  #closed = false

  constructor(count: number, { spares, findNodes, ...options }: LanePoolOptions) {
    const hooks = {
      isWanted: () => this.#queue.length > 0 && !this.#closed,
      onFree: () => this.#sendQueue(),
      onBack: (waiting: Waiting) => this.#start(waiting),
      onFailure: (error: unknown) => this.#failToConnect(error),
    }
    this.#count = count
    this.#spares = spares
    this.#makeLane = () => new Lane({ ...options, ...hooks })
    this.#lanes = Array.from({ length: count }, this.#makeLane)
    this.#standstill = new Standstill(findNodes)
  }

  get waiting(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.waiting, this.#queue.length)
  }

  /** Of those that wait, the ones that wait for a part of the database that stands still. */
  get held(): number {
    if (!this.#standstill.isOn) return 0
    const now = performance.now()
    const inQueue = this.#queue.filter(({ userId }) => this.#standstill.holds(userId)).length
    return this.#lanes.reduce((sum, lane) => sum + (lane.isOverdue(now) ? lane.waiting : 0), inQueue)
  }

  /** A lost connection leaves unknown whether a write was committed; only what is safe to repeat is repeated. */
  transact(
    userId: string,
    steps: readonly Step[],
    deadline: number,
    isRepeatable: boolean,
  ): Promise<Row[][]> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => reject(databaseError(error))
      const repeat = (error: unknown) => {
        if (isConnectionLost(error)) this.#start({ userId, steps, deadline, resolve, reject: fail })
        else fail(error)
      }
      this.#start({ userId, steps, deadline, resolve, reject: isRepeatable ? repeat : fail })
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#refuseQueue(unavailable('The service is stopping'))
    await Promise.all(this.#lanes.map((lane) => lane.close()))
  }

  #start(waiting: Waiting): void {
    this.#timer ??= setTimeout(() => this.#look(), LOOK_MILLISECONDS).unref()
    const now = performance.now()
    if (now >= waiting.deadline) {
      waiting.reject(this.#tooLate())
      return
    }
    // A probe, which has no steps, needs no node.
    const isHeld = this.#standstill.isOn && waiting.steps.length > 0 && this.#standstill.holds(waiting.userId)
    const lane = isHeld ? undefined : this.#freest(now)
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
    this.#replaceOverdue(now)
    // Those in time go back to where they were, or to a connection that has moved meanwhile.
    this.#sendQueue()
    const isDone =
      this.waiting === 0 && this.#lanes.length === this.#count && this.#lanes.every((lane) => lane.isIdle)
    this.#timer =
      isDone || this.#closed ? undefined : setTimeout(() => this.#look(), LOOK_MILLISECONDS).unref()
  }

  #replaceOverdue(now: number): void {
    const overdue = this.#lanes.filter((lane) => lane.isOverdue(now))
    this.#standstill.see(overdue.flatMap(({ userInFront }) => userInFront ?? []))
    const wanted = this.#count + Math.min(overdue.length, this.#spares)
    while (this.#lanes.length < wanted) this.#lanes.push(this.#makeLane())
    while (this.#lanes.length > wanted) {
      const spare = this.#lanes.findLast((lane) => lane.isIdle)
      if (spare === undefined) return
      this.#lanes = this.#lanes.filter((lane) => lane !== spare)
      spare.close().catch(() => {})
    }
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
