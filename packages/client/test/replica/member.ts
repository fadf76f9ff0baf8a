import type { Action, ReplicaOperation } from '../../src/replica/index.ts'
import type { NearService } from '../near-service.ts'
import { Device, type Trouble } from './device.ts'
import type { Disputes } from './disputes.ts'
import { FragileStorage } from './fragile-storage.ts'
import type { Ledger } from './ledger.ts'
import type { Overwrites } from './overwrites.ts'

/** What happens to each of the next requests, in their order. */
export type Fate = 'arrives' | 'lost' | 'answer lost' | 'unavailable' | 'unauthenticated' | 'gone'

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
