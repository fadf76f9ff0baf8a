import { randomUUID } from 'node:crypto'
import { createClient, type Task, type TaskChanges, TasklaneError } from '../../src/index.ts'
import type { Action, ReplicaOperation } from '../../src/replica/index.ts'
import type { NearService } from '../near-service.ts'
import { Device, type Trouble } from './device.ts'
import { Disputes } from './disputes.ts'
import { FragileStorage } from './fragile-storage.ts'
import { Ledger } from './ledger.ts'
import { faultsOfNext } from './next-tasks.ts'
import { Overwrites } from './overwrites.ts'
import { type Sent, seen } from './sent.ts'

export const DEVICES = 3
const MAXIMUM_ROUNDS = 20
/** Far less than a token's life. */
const TOKEN_MILLISECONDS = 60_000

/** What happens to each of the next requests, in their order. */
export type Fate = 'arrives' | 'lost' | 'answer lost' | 'unavailable' | 'unauthenticated' | 'gone'

/** One user's three devices and a plain client, and the books on all that they do. */
export class Household {
  readonly userId = randomUUID()
  readonly ledger = new Ledger()
  readonly disputes = new Disputes()
  readonly overwrites = new Overwrites()
  /** By the plain client. */
  readonly #sent: Sent[] = []
  readonly #members: Member[]
  readonly #plain
  #names = 0

  constructor(server: NearService) {
    const token = renewed(() => server.token(this.userId))
    this.#plain = createClient({
      baseUrl: server.url,
      token,
      fetch: async (request) => {
        const body = request.body === null ? '' : await request.text()
        const response = await server.send(request, body)
        this.#sent.push(await seen(request, body, response))
        return response
      },
      sleep: async () => {},
    })
    this.#members = Array.from(
      { length: DEVICES },
      () => new Member(server, { userId: this.userId, token }, this),
    )
  }

  /** A text that no other action has. */
  name(): string {
    this.#names += 1
    return `Text ${this.#names}`
  }

  get plain() {
    return this.#plain
  }

  /** By the plain client. */
  async change(id: string, changes: TaskChanges): Promise<void> {
    this.disputes.changePlainly(id, changes)
    await unlessGone(this.#plain.update(id, changes))
  }

  async start(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.awake()))
  }

  member(index: number): Member {
    const member = this.#members[index % DEVICES]
    if (member === undefined) throw new Error('No such device')
    return member
  }

  async turns(): Promise<void> {
    await Promise.all(this.#members.map(async (member) => member.awake().then(() => member.turn())))
  }

  /** All come online and settle what is open, until nothing is left to do. */
  async settle(): Promise<void> {
    for (const member of this.#members) member.heal()
    await this.start()
    for (let round = 0; round < MAXIMUM_ROUNDS; round += 1) {
      for (const member of this.#members) await member.resolveAll('mine')
      await this.turns()
      if (this.#members.every((member) => member.isQuiet)) break
    }
    await Promise.all(this.#members.map(({ device }) => device.settled()))
    await this.turns()
  }

  async stop(): Promise<void> {
    await Promise.all(this.#members.map(({ device }) => device.stop()))
  }

  /** Whatever is not as it should be once all is settled. */
  async faults(): Promise<string[]> {
    const listed: Task[] = []
    for await (const task of this.#plain.tasks()) listed.push(task)
    const expected = JSON.stringify(sorted(listed))
    const devices = this.#members.map(({ device }) => device)
    const faults = [
      ...this.ledger.faults(devices.flatMap(({ sent }) => sent)),
      ...this.disputes.faults(devices),
      ...this.overwrites.faults(devices, this.#sent),
      ...faultsOfNext([...this.#sent, ...devices.flatMap(({ sent }) => sent)]),
    ]
    this.#members.forEach((member, index) => {
      if (!member.isQuiet) faults.push(`device ${index} has not settled: ${member.device.tale}`)
      const shown = JSON.stringify(sorted(member.device.state.tasks.values()))
      if (shown !== expected) faults.push(`device ${index} shows ${shown}, the API has ${expected}`)
    })
    return faults
  }
}

/** A device may have done it first. */
export const unlessGone = (done: Promise<unknown>) => unless('not_found', done)

/** What the API says of a task's fields depends on what the task has. */
export const unlessRefused = (done: Promise<unknown>) => unless('validation_failed', done)

async function unless(code: string, done: Promise<unknown>): Promise<void> {
  await done.catch((error: unknown) => {
    if (!(error instanceof TasklaneError && error.code === code)) throw error
  })
}

function renewed(make: () => string): () => string {
  let [token, madeAt] = ['', Number.NEGATIVE_INFINITY]
  return () => {
    if (performance.now() - madeAt > TOKEN_MILLISECONDS) [token, madeAt] = [make(), performance.now()]
    return token
  }
}

function sorted(tasks: Iterable<{ id: string }>): unknown[] {
  return [...tasks]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((task) => Object.entries(task).sort(([a], [b]) => (a < b ? -1 : 1)))
}

interface User {
  userId: string
  token: () => string
}

/** Kept on all that the devices do. */
interface Books {
  ledger: Ledger
  disputes: Disputes
  overwrites: Overwrites
}

/** A device that may end at any moment. */
export class Member {
  readonly device: Device
  readonly #storage = new FragileStorage()
  readonly #ledger: Ledger
  readonly #disputes: Disputes
  readonly #userId: string
  readonly #actions: Action[] = []
  #isAwake = false
  #died: Promise<void> = Promise.resolve()

  constructor(server: NearService, user: User, { ledger, disputes, overwrites }: Books) {
    this.#userId = user.userId
    this.#ledger = ledger
    this.#disputes = disputes
    this.device = new Device(server, { ...user, storage: this.#storage, send: server.send })
    this.device.onState = (state) => {
      ledger.watch(state)
      disputes.watch(this.device, state)
    }
    this.#storage.onTaken = (action) => {
      ledger.ask(action)
      overwrites.ask(this.device, action)
    }
    this.#storage.onWrite = () => this.device.step()
  }

  get isAwake(): boolean {
    return this.#isAwake
  }

  /** Started again if it had ended. */
  async awake(): Promise<void> {
    while (!this.#isAwake) {
      this.#isAwake = true
      this.#died = new Promise((resolve) => {
        this.#storage.onEnd = () => {
          this.crash()
          resolve()
        }
      })
      await Promise.race([this.device.start(), this.#died])
    }
  }

  get isQuiet(): boolean {
    const { unsent, conflicts } = this.device.state
    return unsent === 0 && conflicts.length === 0
  }

  /** A task as it is shown, or else as it is in the trash. */
  pick(index: number, from: 'tasks' | 'deleted'): string | undefined {
    const ids = [...this.device.state[from].keys()]
    return ids[index % ids.length]
  }

  async act(operations: ReplicaOperation[]): Promise<void> {
    await this.#unlessItEnds(this.device.replica.batch(operations))
  }

  async undo(): Promise<void> {
    const action = this.#actions.pop()
    if (action) await this.#unlessItEnds(this.device.replica.undo(action))
  }

  async resolveAll(keep: 'mine' | 'theirs'): Promise<void> {
    for (const conflict of this.device.state.conflicts) {
      const { id, fields } = conflict
      await Promise.race([this.device.replica.resolve(conflict, keep), this.#died])
      if (!this.#isAwake) return
      if (fields.length === 0) throw new Error(`A conflict of ${id} without a field`)
    }
  }

  async dismissAll(): Promise<void> {
    for (const refusal of this.device.state.refusals) {
      const { action, operations } = refusal
      await Promise.race([this.device.replica.dismiss(refusal), this.#died])
      if (!this.#isAwake) return
      this.#ledger.dismiss(action.id, operations)
    }
  }

  async turn(): Promise<void> {
    if (this.#isAwake) await Promise.race([this.device.turn(), this.#died])
  }

  crash(): void {
    this.#isAwake = false
    this.#storage.cut()
    this.device.crash()
  }

  endAt(writes: number, end: 'before' | 'after'): void {
    this.#storage.endAt(writes, end)
  }

  async restart(): Promise<void> {
    await Promise.race([this.device.stop(), this.#died])
    this.crash()
    await this.awake()
  }

  async wipe(): Promise<void> {
    this.#ledger.lose(this.device.state)
    this.#disputes.forget(this.device)
    this.crash()
    this.#storage.wipe()
    await this.awake()
  }

  async age(): Promise<void> {
    this.crash()
    await this.#storage.age(this.#userId)
    await this.awake()
  }

  heal(): void {
    this.device.isOnline = true
    this.device.trouble = undefined
    this.endAt(Number.POSITIVE_INFINITY, 'before')
  }

  meet(fates: readonly Fate[]): void {
    this.device.trouble = troubleOf(fates)
  }

  async #unlessItEnds(taken: Promise<Action>): Promise<void> {
    const action = await Promise.race([taken, this.#died])
    if (action) this.#actions.push(action)
  }
}

function troubleOf(fates: readonly Fate[]): Trouble {
  const left = [...fates]
  return async (request, send) => {
    const fate = left.shift() ?? 'arrives'
    if (fate === 'lost') throw new TypeError('fetch failed')
    if (fate === 'unavailable') return problem(503, 'unavailable')
    if (fate === 'unauthenticated') {
      request.headers.set('authorization', 'Bearer expired')
      return send(request)
    }
    if (fate === 'gone' && request.url.includes('since=')) return problem(410, 'gone')
    const response = await send(request)
    if (fate === 'answer lost') throw new TypeError('fetch failed')
    return response
  }
}

function problem(status: number, code: string): Response {
  const body = { type: 'about:blank', title: code, status, code, detail: code }
  return Response.json(body, { status, headers: { 'content-type': 'application/problem+json' } })
}
