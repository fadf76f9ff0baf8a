import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** What came of a load: the times of the answers, in milliseconds from when each was due, by what they were. */
export interface Answers {
  accepted: number[]
  refused: number[]
  /** Any other answer, and connections that broke. */
  wrong: number
  seconds: number
}

interface Connection {
  socket: Socket
  /** When the request that is under way was due. */
  dueAt: number
  received: string
}

const MOST_CONNECTIONS = 4_000
const TICK_MILLISECONDS = 4
const DRAIN_MILLISECONDS = 6_000

/**
 * Sends requests at a rate, whether answers come or not, each on a connection that has nothing to do. A time counts from
 * when the request was due, so that what the load itself is late by counts as well.
 */
export class OpenLoad {
  readonly #url: URL
  readonly #request: () => string
  readonly #free: Connection[] = []
  readonly #due: number[] = []
  #connections = 0
  #answers: Answers = { accepted: [], refused: [], wrong: 0, seconds: 0 }

  constructor(url: string, request: () => string) {
    this.#url = new URL(url)
    this.#request = request
  }

  async run(perSecond: number, seconds: number): Promise<Answers> {
    this.#answers = { accepted: [], refused: [], wrong: 0, seconds }
    const startedAt = performance.now()
    for (let sent = 0; sent < perSecond * seconds; ) {
      const elapsed = performance.now() - startedAt
      for (; sent < Math.min(perSecond * seconds, (elapsed / 1000) * perSecond); sent += 1) {
        this.#due.push(startedAt + (sent / perSecond) * 1000)
        this.#sendNext()
      }
      await delay(TICK_MILLISECONDS)
    }
    const givenUpAt = performance.now() + DRAIN_MILLISECONDS
    while (this.#free.length < this.#connections && performance.now() < givenUpAt)
      await delay(TICK_MILLISECONDS)
    return this.#answers
  }

  /** As many at a time, each as soon as the one before is answered: what the service can do. */
  async saturate(connections: number, seconds: number): Promise<number> {
    this.#answers = { accepted: [], refused: [], wrong: 0, seconds }
    const end = performance.now() + seconds * 1000
    while (this.#connections < connections) await this.#open()
    const work = Array.from({ length: connections }, async () => {
      while (performance.now() < end) {
        this.#due.push(performance.now())
        const connection = this.#sendNext()
        if (connection === undefined) return
        while (connection.dueAt > 0) await once(connection.socket, 'data')
      }
    })
    await Promise.all(work)
    return this.#answers.accepted.length / seconds
  }

  close(): void {
    for (const { socket } of this.#free) socket.destroy()
  }

  #sendNext(): Connection | undefined {
    const connection = this.#free.pop()
    if (connection === undefined) {
      if (this.#connections < MOST_CONNECTIONS) void this.#open().then(() => this.#sendNext())
      return undefined
    }
    const dueAt = this.#due.shift()
    if (dueAt === undefined) {
      this.#free.push(connection)
      return undefined
    }
    connection.dueAt = dueAt
    connection.received = ''
    connection.socket.write(this.#request())
    return connection
  }

  async #open(): Promise<void> {
    this.#connections += 1
    const socket = connect(Number(this.#url.port), this.#url.hostname).setNoDelay().setEncoding('latin1')
    const connection: Connection = { socket, dueAt: 0, received: '' }
    socket.on('data', (chunk: string) => this.#read(connection, chunk))
    socket.on('error', () => {
      this.#answers.wrong += 1
      this.#connections -= 1
    })
    await once(socket, 'connect')
    this.#free.push(connection)
  }

  #read(connection: Connection, chunk: string): void {
    connection.received += chunk
    const end = connection.received.indexOf('\r\n\r\n')
    if (end === -1) return
    const length = Number(/^content-length: (\d+)/im.exec(connection.received)?.[1] ?? 0)
    if (connection.received.length < end + 4 + length) return
    const milliseconds = performance.now() - connection.dueAt
    const status = Number(connection.received.slice(9, 12))
    if (status === 200 || status === 201) this.#answers.accepted.push(milliseconds)
    else if (status === 503 && /^retry-after: /im.test(connection.received))
      this.#answers.refused.push(milliseconds)
    else this.#answers.wrong += 1
    connection.dueAt = 0
    this.#free.push(connection)
    if (this.#due.length > 0) this.#sendNext()
  }
}
