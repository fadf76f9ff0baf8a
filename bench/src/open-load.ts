import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** What came of a load: the times of the answers, in milliseconds from when each was due, by what they were. */
export interface Answers {
  accepted: number[]
  refused: number[]
  /** Any other answer, connections that broke, and requests that were never answered. */
  wrong: number
  /** How late the load itself was, looked at every millisecond. */
  lags: number[]
  seconds: number
}

interface Connection {
  socket: Socket
  isBusy: boolean
  /** When the request that is under way was due. */
  dueAt: number
  /** What is known of its answer; no length before its head is whole. */
  head: string
  status: number
  left: number | undefined
}

const OPENED_AT_A_TIME = 100
const RECEIVED_BYTES = 65_536
const TICK_MILLISECONDS = 1
const DRAIN_MILLISECONDS = 6_000

/**
 * Sends requests at a rate, whether answers come or not, each on a connection that has nothing to do. A time counts from
 * when the request was due, so that what the load itself is late by counts as well. Connections are open before the load
 * begins: the kernel would have those that it cannot take at once tried again after seconds.
 */
export class OpenLoad {
  readonly #port: number
  readonly #host: string
  readonly #request: () => Buffer
  readonly #connections = new Set<Connection>()
  readonly #free: Connection[] = []
  #due: number[] = []
  #answers: Answers = emptyAnswers(0)
  #sendAgainUntil = 0

  static async open(url: string, request: () => Buffer, connections: number): Promise<OpenLoad> {
    const load = new OpenLoad(url, request)
    for (let left = connections; left > 0; left -= OPENED_AT_A_TIME) {
      const count = Math.min(left, OPENED_AT_A_TIME)
      await Promise.all(Array.from({ length: count }, () => load.#open()))
      while (load.#free.length < load.#connections.size) await delay(TICK_MILLISECONDS)
    }
    return load
  }

  private constructor(url: string, request: () => Buffer) {
    const { port, hostname } = new URL(url)
    this.#port = Number(port)
    this.#host = hostname
    this.#request = request
  }

  async run(perSecond: number, seconds: number): Promise<Answers> {
    this.#answers = emptyAnswers(seconds)
    this.#due = []
    const startedAt = performance.now()
    let lookedAt = startedAt
    for (let sent = 0; sent < perSecond * seconds; ) {
      await delay(TICK_MILLISECONDS)
      const now = performance.now()
      this.#answers.lags.push(now - lookedAt - TICK_MILLISECONDS)
      lookedAt = now
      const until = Math.min(perSecond * seconds, ((now - startedAt) / 1000) * perSecond)
      for (; sent < until; sent += 1) this.#due.push(startedAt + (sent / perSecond) * 1000)
      this.#sendDue()
    }
    await this.#drain()
    return this.#answers
  }

  /** So many at a time, each as soon as the one before is answered. @returns how many were answered, a second. */
  async saturate(connections: number, seconds: number): Promise<number> {
    this.#answers = emptyAnswers(seconds)
    this.#sendAgainUntil = performance.now() + seconds * 1000
    this.#due = Array.from({ length: connections }, () => performance.now())
    this.#sendDue()
    await delay(seconds * 1000)
    const { accepted } = this.#answers
    const perSecond = accepted.length / seconds
    await this.#drain()
    return perSecond
  }

  close(): void {
    for (const { socket } of this.#connections) socket.destroy()
  }

  async #drain(): Promise<void> {
    const givenUpAt = performance.now() + DRAIN_MILLISECONDS
    const owed = () => this.#due.length + this.#connections.size - this.#free.length
    while (owed() > 0 && performance.now() < givenUpAt) await delay(TICK_MILLISECONDS)
    this.#answers.wrong += owed()
    this.#due = []
  }

  #sendDue(): void {
    const count = Math.min(this.#due.length, this.#free.length)
    for (const dueAt of this.#due.splice(0, count)) {
      const connection = this.#free.pop()
      if (connection !== undefined) this.#send(connection, dueAt)
    }
  }

  #send(connection: Connection, dueAt: number): void {
    connection.isBusy = true
    connection.dueAt = dueAt
    connection.head = ''
    connection.left = undefined
    connection.socket.write(this.#request())
  }

  async #open(): Promise<void> {
    // One buffer for what all of them receive: nothing is allocated for an answer but its head.
    const onread = {
      buffer: received,
      callback: (bytes: number) => {
        this.#read(connection, bytes)
        return true
      },
    }
    const socket = connect({ port: this.#port, host: this.#host, noDelay: true, onread })
    const connection: Connection = { socket, isBusy: false, dueAt: 0, head: '', status: 0, left: undefined }
    this.#connections.add(connection)
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.on('close', () => this.#lose(connection))
    this.#send(connection, performance.now())
  }

  #lose(connection: Connection): void {
    this.#connections.delete(connection)
    if (connection.isBusy) this.#answers.wrong += 1
    else this.#free.splice(this.#free.indexOf(connection), 1)
  }

  #read(connection: Connection, bytes: number): void {
    if (connection.left === undefined) {
      const before = connection.head.length
      connection.head += received.toString('latin1', 0, Math.min(bytes, HEAD_BYTES))
      const end = connection.head.indexOf('\r\n\r\n')
      if (end === -1) return
      const length = /\r\ncontent-length: (\d+)/i.exec(connection.head)?.[1]
      connection.left = end + 4 + Number(length ?? 0) - before
    }
    connection.left -= bytes
    if (connection.left <= 0) this.#end(connection)
  }

  #end(connection: Connection): void {
    const now = performance.now()
    const { head, dueAt } = connection
    const status = head.slice(9, 12)
    if (status === '200' || status === '201') this.#answers.accepted.push(now - dueAt)
    else if (status === '503' && /\r\nretry-after: /i.test(head)) this.#answers.refused.push(now - dueAt)
    else this.#answers.wrong += 1
    const isNextDue = now < this.#sendAgainUntil
    const next = isNextDue ? now : this.#due.shift()
    if (next !== undefined) this.#send(connection, next)
    else {
      connection.isBusy = false
      this.#free.push(connection)
    }
  }
}

const received = Buffer.alloc(RECEIVED_BYTES)
const HEAD_BYTES = 2_048

function emptyAnswers(seconds: number): Answers {
  return { accepted: [], refused: [], wrong: 0, lags: [], seconds }
}
