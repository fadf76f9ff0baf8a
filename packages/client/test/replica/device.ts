import { createClient } from '../../src/index.ts'
import type { Coordination, ReplicaStorage } from '../../src/replica/index.ts'
import {
  alone,
  memoryStorage,
  openReplica,
  type Replica,
  type ReplicaState,
} from '../../src/replica/index.ts'
import type { Served } from '../server.ts'
import { type Sent, seen } from './sent.ts'

/** Ten times as many as there ever were. What goes on and on is a fault, and would keep its test waiting for ever. */
const MAXIMUM_STEPS = 2000

/** How many requests a device that has not settled tells of. */
const LAST = 10

type Fetch = (request: Request) => Promise<Response>

/** What happens to a request on its way: by default, nothing. */
export type Trouble = (request: Request, send: Fetch) => Promise<Response>

export interface DeviceOptions {
  userId: string
  storage?: ReplicaStorage
  coordination?: Coordination
  token?: () => string
  /** Whether the event stream is let through. */
  live?: boolean
  /** Node's own, unless another one carries the requests. */
  send?: (request: Request, body: string) => Promise<Response>
  now?: () => number
}

/** A replica with a network that a test may break, and with turns that a test may wait for. */
export class Device {
  readonly storage: ReplicaStorage
  /** All that reached the API, answered or not. */
  readonly sent: Sent[] = []
  trouble: Trouble | undefined
  isOnline = true
  onState: (state: ReplicaState) => void = () => {}
  readonly #server: Served
  readonly #options: DeviceOptions
  #replica: Replica | undefined
  readonly #underWay = new Set<Promise<unknown>>()
  #life = 0
  /** Requests and writes since it slept. */
  #steps = 0
  #fault: Error | undefined
  #onSleep: () => void = () => {}
  #onFault: (fault: Error) => void = () => {}

  constructor(server: Served, options: DeviceOptions) {
    this.#server = server
    this.#options = options
    this.storage = options.storage ?? memoryStorage()
  }

  get userId(): string {
    return this.#options.userId
  }

  get replica(): Replica {
    if (this.#replica === undefined) throw this.#fault ?? new Error('The device is off')
    return this.#replica
  }

  get state(): ReplicaState {
    return this.replica.state
  }

  get titles(): string[] {
    return [...this.state.tasks.values()].map(({ title }) => title).sort()
  }

  /** How it stands, for whoever wonders why. */
  get tale(): string {
    const { network, pending, conflicts } = this.state
    const last = this.sent
      .slice(-LAST)
      .map(({ method, path, status, body }) => `${method} ${path} ${status} ${body}`)
    return `${network}, unsent ${JSON.stringify(pending)}, conflicts ${JSON.stringify(conflicts)}, the last sent:\n${last.join('\n')}`
  }

  /** Opens the replica, and waits until its first turn is over. */
  async start(): Promise<this> {
    const { userId, coordination = alone(), now } = this.#options
    const token = this.#options.token ?? (() => this.#server.token(userId))
    const turn = this.#turn()
    const life = this.#life
    const replica = await openReplica({
      client: createClient({
        baseUrl: this.#server.url,
        token,
        fetch: (request) => (life === this.#life ? this.#tracked(request) : new Promise(() => {})),
        // Other things go on meanwhile: whoever tries again and again would let nothing else happen.
        sleep: () => new Promise(setImmediate),
      }),
      userId,
      storage: this.storage,
      coordination: this.#watched(coordination),
      ...(now && { now }),
      // Whoever sleeps is woken by the test.
      sleep: () => {
        if (life === this.#life) this.#rest()
        return new Promise(() => {})
      },
    })
    // It may have ended meanwhile. What is still told of an ended life is heard by nobody.
    if (life !== this.#life) return this
    this.#replica = replica
    replica.subscribe((state) => {
      if (life === this.#life) this.onState(state)
    })
    this.onState(replica.state)
    if (this.#options.coordination === undefined) await turn
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

  /** It ends where it is: what it has under way is neither finished nor told. */
  crash(): void {
    this.#life += 1
    this.#replica = undefined
  }

  /** Counts a request or a write. @throws where there is no end of them; whoever waits for the turn is told as well. */
  step(): void {
    this.#steps += 1
    if (this.#steps <= MAXIMUM_STEPS) return
    const last = this.sent.slice(-3).map(({ method, path, status }) => `${method} ${path} ${status}`)
    const fault = `A replica does not rest after ${MAXIMUM_STEPS} requests and writes; the last: ${last.join(', ')}`
    throw this.#fail(new Error(fault))
  }

  /** All that is on its way has arrived or is lost. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay)
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
    const turn = new Promise<void>((resolve, reject) => {
      this.#onSleep = resolve
      this.#onFault = reject
    })
    // Told later to whoever waits for it later.
    turn.catch(() => {})
    return turn
  }

  #rest(): void {
    this.#steps = 0
    this.#onSleep()
  }

  #fail(fault: Error): Error {
    this.crash()
    this.#fault = fault
    this.#onFault(fault)
    return fault
  }

  /** A leader that gives up has no other turn: whoever waits for one is told. */
  #watched({ lead, open }: Coordination): Coordination {
    const life = this.#life
    const watched = (work: () => Promise<void>, signal: AbortSignal) =>
      work().catch((cause: unknown) => {
        if (life !== this.#life || signal.aborted) throw cause
        this.#fail(new Error('The replica has given up', { cause }))
      })
    return { open, lead: (name, signal, work) => lead(name, signal, () => watched(work, signal)) }
  }

  #tracked(request: Request): Promise<Response> {
    const isStream = new URL(request.url).pathname === '/tasks/events'
    this.step()
    // As behind a proxy that keeps events back.
    if (isStream && !this.#options.live) return aborted(request.signal)
    const response = this.#fetch(request)
    const arrived = response.catch(() => {}).finally(() => this.#underWay.delete(arrived))
    this.#underWay.add(arrived)
    return Promise.race([response, aborted(request.signal)])
  }

  async #fetch(request: Request): Promise<Response> {
    if (!this.isOnline) throw new TypeError('fetch failed')
    const send: Fetch = async (sent) => {
      if (new URL(sent.url).pathname === '/tasks/events') return fetch(sent)
      const body = sent.body === null ? '' : await sent.text()
      const response = await (this.#options.send ?? uninterrupted)(sent, body)
      this.sent.push(await seen(sent, body, response))
      return response
    }
    return this.trouble ? this.trouble(request, send) : send(request)
  }
}

/** Whoever breaks off does not call back what is on its way: that is seen here too. */
const uninterrupted = ({ url, method, headers }: Request, body: string) =>
  fetch(url, { method, headers, body: body === '' ? null : body })

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new DOMException('Aborted', 'AbortError'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
  })
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

/** As the API answers a token that is older than what it keeps of deletions. */
export const tooOld: Trouble = async (request, send) => {
  if (!request.url.includes('since=')) return send(request)
  const problem = { type: 'about:blank', title: 'Gone', status: 410, code: 'gone', detail: 'Too old' }
  return Response.json(problem, { status: 410, headers: { 'content-type': 'application/problem+json' } })
}
