import pg from 'pg'
import { unavailable } from '../errors.ts'
import type { Row, Step } from './database.ts'
import { databaseError, isConnectionLost } from './database-error.ts'
import { type PreparedStatements, sendTransaction } from './pipelined-transaction.ts'

/** A connection whose oldest answer is overdue by this much is dead, whatever the socket says. */
const STALL_MILLISECONDS = 20_000
const CONNECT_RETRY_MILLISECONDS = 250
const CONNECT_DEADLINE_MILLISECONDS = 10_000

/**
 * Connections that many requests share at once.
 *
 * Each call writes its whole transaction in one turn of the event loop, so transactions never interleave on a
 * connection and cost one round trip each. A call goes to the connection with the least waiting on it.
 */
export class LanePool {
  readonly #lanes: Lane[]

  constructor(connection: pg.PoolConfig, count: number, prepare: boolean, onLost: (error: Error) => void) {
    this.#lanes = Array.from({ length: count }, () => new Lane(connection, prepare, onLost))
  }

  get waiting(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.waiting, 0)
  }

  /** A lost connection leaves unknown whether a write was committed; only what is safe to repeat is repeated. */
  async transact(userId: string, steps: readonly Step[], repeatable: boolean): Promise<Row[][]> {
    try {
      return await this.#leastLoaded().transact(userId, steps)
    } catch (error) {
      if (!repeatable || !isConnectionLost(error)) throw databaseError(error)
    }
    return this.#leastLoaded()
      .transact(userId, steps)
      .catch((error: unknown) => {
        throw databaseError(error)
      })
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()))
  }

  #leastLoaded(): Lane {
    let best: Lane | undefined
    for (const lane of this.#lanes) if (best === undefined || lane.waiting < best.waiting) best = lane
    if (best === undefined) throw new Error('A lane pool needs at least one lane')
    return best
  }
}

class Lane {
  waiting = 0
  readonly #connection: pg.PoolConfig
  readonly #prepare: boolean
  readonly #onLost: (error: Error) => void
  readonly #watchdog: NodeJS.Timeout
  #client: pg.Client | undefined
  #connecting: Promise<pg.Client> | undefined
  #prepared: PreparedStatements | undefined
  #lastAnswer = 0
  #isGathering = false
  #closed = false

  constructor(connection: pg.PoolConfig, prepare: boolean, onLost: (error: Error) => void) {
    this.#connection = connection
    this.#prepare = prepare
    this.#onLost = onLost
    this.#watchdog = setInterval(() => this.#dropIfStalled(), STALL_MILLISECONDS / 4).unref()
  }

  transact(userId: string, steps: readonly Step[]): Promise<Row[][]> {
    this.waiting += 1
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        this.waiting -= 1
        reject(error)
      }
      const send = (client: pg.Client) => {
        const done = (failure: Error | undefined, results: Row[][]) => {
          this.#lastAnswer = performance.now()
          // Known here before the connection is seen to end; what is tried again must not go to it.
          if (isConnectionLost(failure)) this.#lose(client, failure)
          if (failure !== undefined) return fail(failure)
          this.waiting -= 1
          resolve(results)
        }
        this.#gatherWrites(client)
        sendTransaction(client, { userId, steps, prepared: this.#prepared, done, again: start })
      }
      const start = () => {
        if (this.#client !== undefined) send(this.#client)
        else this.#connect().then(send).catch(fail)
      }
      start()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#watchdog)
    await this.#client?.end()
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

  async #connect(): Promise<pg.Client> {
    if (this.#closed) throw unavailable('The service is stopping')
    this.#connecting ??= this.#connectWithin(CONNECT_DEADLINE_MILLISECONDS).finally(() => {
      this.#connecting = undefined
    })
    return this.#connecting
  }

  async #connectWithin(milliseconds: number): Promise<pg.Client> {
    const deadline = performance.now() + milliseconds
    for (;;) {
      const client = new pg.Client({ ...this.#connection, pipeline: true })
      client.on('error', (error) => this.#lose(client, error))
      client.on('end', () => this.#lose(client, undefined))
      try {
        await client.connect()
        this.#lastAnswer = performance.now()
        this.#prepared = this.#prepare ? new Map() : undefined
        this.#client = client
        return client
      } catch (error) {
        const isFinal = !isConnectionLost(error) || this.#closed
        if (isFinal || performance.now() + CONNECT_RETRY_MILLISECONDS > deadline) throw error
        await new Promise((resolve) => setTimeout(resolve, CONNECT_RETRY_MILLISECONDS))
      }
    }
  }

  #lose(client: pg.Client, error: Error | undefined): void {
    if (this.#client !== client) return
    this.#client = undefined
    if (error !== undefined && !this.#closed) this.#onLost(error)
  }

  #dropIfStalled(): void {
    const client = this.#client
    if (client === undefined || this.waiting === 0) {
      this.#lastAnswer = performance.now()
      return
    }
    if (performance.now() - this.#lastAnswer < STALL_MILLISECONDS) return
    this.#lose(client, new Error(`The database has not answered for ${STALL_MILLISECONDS} ms`))
    client.connection.stream.destroy()
  }
}
