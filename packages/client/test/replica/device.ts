import { createClient } from '../../src/index.ts'
import type { Coordination } from '../../src/replica/index.ts'
import { memoryStorage, openReplica, type Replica, type ReplicaState } from '../../src/replica/index.ts'
import type { Server } from '../server.ts'

type Fetch = (request: Request) => Promise<Response>

/** What happens to a request on its way: by default, nothing. */
export type Trouble = (request: Request, send: Fetch) => Promise<Response>

/** A request as the network saw it. */
export interface Sent {
  method: string
  path: string
  key: string | null
  body: string
  status: number
  isReplayed: boolean
}

export interface DeviceOptions {
  userId: string
  storage?: ReturnType<typeof memoryStorage>
  coordination?: Coordination
  token?: () => string
  /** Whether the event stream is let through. */
  live?: boolean
  now?: () => number
}

/** A replica with a network that a test may break, and with turns that a test may wait for. */
export class Device {
  readonly storage: ReturnType<typeof memoryStorage>
  /** All that reached the API, answered or not. */
  readonly sent: Sent[] = []
  trouble: Trouble | undefined
  isOnline = true
  readonly #server: Server
  readonly #options: DeviceOptions
  #replica: Replica | undefined
  #onSleep: () => void = () => {}

  constructor(server: Server, options: DeviceOptions) {
    this.#server = server
    this.#options = options
    this.storage = options.storage ?? memoryStorage()
  }

  get replica(): Replica {
    if (this.#replica === undefined) throw new Error('The device is off')
    return this.#replica
  }

  get state(): ReplicaState {
    return this.replica.state
  }

  get titles(): string[] {
    return [...this.state.tasks.values()].map(({ title }) => title).sort()
  }

  /** Opens the replica, and waits until its first turn is over. */
  async start(): Promise<this> {
    const { userId, coordination, now } = this.#options
    const token = this.#options.token ?? (() => this.#server.token(userId))
    const turn = this.#turn()
    this.#replica = await openReplica({
      client: createClient({
        baseUrl: this.#server.url,
        token,
        fetch: (request) => this.#fetch(request),
        sleep: async () => {},
      }),
      userId,
      storage: this.storage,
      ...(coordination && { coordination }),
      ...(now && { now }),
      // Whoever sleeps is woken by the test.
      sleep: () => {
        this.#onSleep()
        return new Promise(() => {})
      },
    })
    if (coordination === undefined) await turn
    return this
  }

  /** Pulls and sends, and waits until that is over. */
  async turn(): Promise<void> {
    const turn = this.#turn()
    this.replica.wake()
    await turn
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  async stop(): Promise<void> {
    await this.#replica?.close()
    this.#replica = undefined
  }

  /** The state once it is as asked. */
  until(isSo: (state: ReplicaState) => boolean): Promise<ReplicaState> {
    return new Promise((resolve) => {
      const look = (state: ReplicaState) => {
        if (!isSo(state)) return
        stop()
        resolve(state)
      }
      const stop = this.replica.subscribe(look)
      look(this.state)
    })
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#onSleep = resolve
    })
  }

  async #fetch(request: Request): Promise<Response> {
    if (!this.isOnline) throw new TypeError('fetch failed')
    const isStream = new URL(request.url).pathname === '/tasks/events'
    if (isStream && !this.#options.live) return new Response(null, { status: 404 })
    const send: Fetch = async (sent) => {
      const body = sent.body === null ? '' : await sent.clone().text()
      const response = await fetch(sent)
      if (!isStream) this.sent.push(seen(sent, body, response))
      return response
    }
    return this.trouble ? this.trouble(request, send) : send(request)
  }
}

function seen(request: Request, body: string, response: Response): Sent {
  const { pathname, search } = new URL(request.url)
  return {
    method: request.method,
    path: pathname + search,
    key: request.headers.get('idempotency-key'),
    body,
    status: response.status,
    isReplayed: response.headers.get('idempotency-replayed') === 'true',
  }
}

/** The first answers to writes are lost on their way back. */
export function losingAnswers(count: number): Trouble {
  let left = count
  return async (request, send) => {
    const response = await send(request)
    if (request.method === 'GET' || left === 0) return response
    left -= 1
    throw new TypeError('fetch failed')
  }
}
