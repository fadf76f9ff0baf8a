import type { Task } from '../types.ts'
import { withSettled } from './conflicts.ts'
import type { Channel, Coordination } from './coordination.ts'
import { firstRows, MANY_ROWS } from './first-rows.ts'
import { placeOf } from './place.ts'
import type { Shown } from './show.ts'
import { type Contents, shownAt, snapshotOf } from './snapshot.ts'
import { type Entry, emptyMeta, type Meta, type Row, type Store, type StoreChanges } from './storage.ts'
import type { Network, ReplicaState } from './types.ts'
import { usable } from './usable.ts'

type Message =
  | { kind: 'changed'; changes: StoreChanges; added: Entry[] }
  | { kind: 'network'; network: Network }
  /** There is something to pull or to send. */
  | { kind: 'wake' }
  /** The user's stores are deleted. */
  | { kind: 'destroyed' }

/**
 * The contents of the store, in memory, and the view of them: confirmed rows and, over them, pending steps. Each change
 * is persisted, then applied, then told: to the listeners here, and to the replicas that share the store.
 */
export class LocalCopy implements Contents {
  meta: Meta = emptyMeta
  rows: Map<string, Row> = new Map()
  entries: Entry[] = []
  network: Network = 'online'
  /** Open tasks of before the first walk of the feed, to be seen at once; they are kept in memory alone. */
  preview: ReadonlyMap<string, Task> = new Map()
  top = ''
  /** Told by another that shares the store. */
  onWake: () => void = () => {}
  onDestroyed: () => void = () => {}
  readonly #store: Store
  readonly #channel: Channel
  readonly #listeners = new Set<(state: ReplicaState) => void>()
  #snapshot: ReplicaState | undefined
  #last: Promise<unknown> = Promise.resolve()
  /** Told by others while the store is read. */
  #early: Message[] | undefined = []
  /** The first rows are here, and the others are still being read. */
  #isPartial = false
  #isEmptied = false

  constructor(store: Store, coordination: Coordination, name: string) {
    this.#store = store
    this.#channel = coordination.open(name, (message) => this.#hear(message as Message))
  }

  /** Shows what the store has ready, if it has, until all is loaded. */
  async open(): Promise<void> {
    const stored = await this.#store.first?.()
    if (stored === undefined) return
    this.#isPartial = true
    this.#take(stored.rows, usable({ ...stored, rows: [] }).outbox)
    this.#emit()
  }

  get isPartial(): boolean {
    return this.#isPartial
  }

  /** Reads the store. Messages of others that arrive meanwhile are applied after it. */
  async load(): Promise<void> {
    this.#early ??= []
    const { meta, rows, outbox } = usable(await this.#store.read())
    if (this.#isEmptied) return
    this.meta = meta
    // What was done here since the first rows were shown is among the entries already.
    this.#take(rows, this.#isPartial ? this.entries : outbox)
    this.#isPartial = false
    this.#goOn()
    this.#emit()
  }

  /** After reading, or after it has failed: then the next change of the rows that are missing reads again. */
  #goOn(): void {
    const early = this.#early ?? []
    this.#early = undefined
    for (const message of early) this.#hear(message)
  }

  #take(rows: readonly Row[], entries: Entry[]): void {
    this.rows = new Map(rows.map((row) => [row.id, row]))
    this.#rise(rows.map(({ task }) => task))
    this.entries = entries
  }

  /** A new leader must have missed nothing that the last one wrote. */
  async catchUp(): Promise<void> {
    if ((await this.#store.writes()) !== this.meta.writes) await this.load()
  }

  /** One at a time: nothing changes between a read and a write inside. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => {})
    return result
  }

  /** @param built the rows of the side that takes over, where one does. */
  async commit(given: StoreChanges, built?: Map<string, Row>): Promise<void> {
    // A write would make the stores anew.
    if (this.#isEmptied) throw new Error('The stores are deleted')
    const settled = this.#settled(given, built)
    const changes = given.rows || given.meta ? this.#counted(settled, built ?? this.rows) : settled
    const first = this.#first(changes, built ?? this.rows)
    const added = await this.#store.write(first ? { ...changes, first } : changes)
    if (this.#isEmptied) return
    if (built) {
      this.rows = built
      this.#rise([...built.values()].map(({ task }) => task))
    }
    this.#apply(changes, added)
    this.#channel.post({ kind: 'changed', changes, added } satisfies Message)
    this.#emit()
  }

  setNetwork(network: Network): void {
    if (this.network === network) return
    this.#channel.post({ kind: 'network', network } satisfies Message)
    this.#showNetwork(network)
  }

  /** The tasks stay as they are, of which there may be very many. */
  #showNetwork(network: Network): void {
    this.network = network
    this.#emit({ ...this.state, network })
  }

  setPreview(tasks: readonly Task[]): void {
    this.preview = new Map(tasks.map((task) => [task.id, task]))
    this.#rise(tasks)
    this.#emit()
  }

  tell(kind: 'wake' | 'destroyed'): void {
    this.#channel.post({ kind } satisfies Message)
  }

  subscribe(listener: (state: ReplicaState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Shows nothing any more. */
  empty(): void {
    this.#isEmptied = true
    this.meta = emptyMeta
    this.rows = new Map()
    this.entries = []
    this.preview = new Map()
    this.top = ''
    this.#emit()
  }

  async close(): Promise<void> {
    await this.#last
    this.#listeners.clear()
    this.#channel.close()
    this.#store.close()
  }

  /** One task as it is shown. */
  at(id: string): Shown | undefined {
    return shownAt(id, this)
  }

  get state(): ReplicaState {
    this.#snapshot ??= this.#isPartial ? { ...snapshotOf(this), conflicts: [] } : snapshotOf(this)
    return this.#snapshot
  }

  #settled(given: StoreChanges, built?: Map<string, Row>): StoreChanges {
    const isConflict = ({ status }: Entry) => status === 'conflict'
    if (!this.entries.some(isConflict)) return given
    const isShown = given.rows?.side === this.meta.side
    const after = built ?? new Map(isShown ? given.rows?.put.map((row) => [row.id, row]) : [])
    return withSettled(given, this.entries, (id) => after.get(id))
  }

  #first({ meta, rows }: StoreChanges, current: ReadonlyMap<string, Row>): Row[] | undefined {
    if (meta === undefined || !meta.complete || meta.count < MANY_ROWS) return undefined
    return firstRows(current, rows?.side === meta.side ? { rows } : {})
  }

  /** With the number of rows that there will be, so that a store that lost some is noticed. */
  #counted(changes: StoreChanges, current: ReadonlyMap<string, Row>): StoreChanges {
    const meta = changes.meta ?? this.meta
    const { side, put = [], remove = [] } = changes.rows ?? { side: meta.side }
    const isShown = side === meta.side
    const ids = new Set(isShown ? put.map(({ id }) => id) : [])
    const added = [...ids].filter((id) => !current.has(id)).length
    const removed = isShown ? remove.filter((id) => current.has(id)).length : 0
    const count = current.size + added - removed
    return { ...changes, meta: { ...meta, count, writes: this.meta.writes + 1 } }
  }

  #hear(message: Message): void {
    if (this.#early) {
      this.#early.push(message)
      return
    }
    if (message.kind === 'wake') this.onWake()
    else if (message.kind === 'destroyed') this.onDestroyed()
    else if (message.kind === 'changed') this.#follow(message.changes, message.added)
    else this.#showNetwork(message.network)
  }

  #follow(changes: StoreChanges, added: readonly Entry[]): void {
    // Rows that were built anew are read, not told.
    if (changes.meta && changes.meta.side !== this.meta.side) {
      this.load().catch(() => this.#goOn())
      return
    }
    this.#apply(changes, added)
    this.#emit()
    if (added.length > 0) this.onWake()
  }

  #apply(changes: StoreChanges, added: readonly Entry[]): void {
    const { meta, rows, put = [], remove = [] } = changes
    if (meta) this.meta = meta
    if (rows?.side === this.meta.side) {
      for (const row of rows.put) this.rows.set(row.id, row)
      this.#rise(rows.put.map(({ task }) => task))
      for (const id of rows.remove ?? []) this.rows.delete(id)
    }
    if (added.length + put.length + remove.length === 0) return
    const byNumber = new Map(this.entries.map((entry) => [entry.number, entry]))
    for (const entry of [...added, ...put]) byNumber.set(entry.number, entry)
    for (const number of remove) byNumber.delete(number)
    this.entries = [...byNumber.values()].sort((a, b) => a.number - b.number)
  }

  #rise(tasks: readonly Task[]): void {
    for (const task of tasks) if (placeOf(task) > this.top) this.top = placeOf(task)
  }

  #emit(next?: ReplicaState): void {
    this.#snapshot = next
    for (const listener of this.#listeners) tell(listener, this.state)
  }
}

/** A listener that throws stops nobody: its error is nobody's to catch, as with an event's listeners. */
function tell(listener: (state: ReplicaState) => void, state: ReplicaState): void {
  try {
    listener(state)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
