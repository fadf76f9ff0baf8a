import type { Channel, Coordination } from './coordination.ts'
import { isSame } from './record.ts'
import { type Shown, showStep } from './show.ts'
import { type Entry, emptyMeta, type Meta, type Row, type Store, type StoreChanges } from './storage.ts'
import type { Task } from './task.ts'
import type { Action, Conflict, Network, Refusal, ReplicaState } from './types.ts'

type Message =
  | { kind: 'changed'; changes: StoreChanges; added: Entry[] }
  | { kind: 'network'; network: Network }

/**
 * What the store holds, in memory, and what is shown of it: confirmed rows and, over them, what is pending. Each change
 * is persisted, then applied, then told: to the listeners here, and to the replicas that share the store.
 */
export class LocalCopy {
  meta: Meta = emptyMeta
  rows = new Map<string, Row>()
  entries: Entry[] = []
  network: Network = 'online'
  /** Open tasks of before the first walk of the feed, to be seen at once; they are kept in memory alone. */
  preview: ReadonlyMap<string, Task> = new Map()
  readonly #store: Store
  readonly #channel: Channel
  readonly #listeners = new Set<(state: ReplicaState) => void>()
  #snapshot: ReplicaState | undefined
  #last: Promise<unknown> = Promise.resolve()
  /** Told by others while the store is read. */
  #early: Message[] | undefined = []

  constructor(store: Store, coordination: Coordination, name: string, onOutbox: () => void) {
    this.#store = store
    this.#channel = coordination.open(name, (message) => {
      this.#hear(message as Message)
      onOutbox()
    })
  }

  /** Reads again what another may have written. */
  async load(): Promise<void> {
    const { meta, rows, outbox } = await this.#store.read()
    this.meta = meta
    this.rows = new Map(rows.map((row) => [row.id, row]))
    this.entries = outbox
    const early = this.#early ?? []
    this.#early = undefined
    for (const message of early) this.#hear(message)
    this.#emit()
  }

  /** One at a time: what is read inside is still so when it is written. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => {})
    return result
  }

  async commit(changes: StoreChanges): Promise<void> {
    const added = await this.#store.write(changes)
    this.#apply(changes, added)
    this.#channel.post({ kind: 'changed', changes, added } satisfies Message)
    this.#emit()
  }

  setNetwork(network: Network): void {
    if (this.network === network) return
    this.network = network
    this.#channel.post({ kind: 'network', network } satisfies Message)
    this.#emit()
  }

  setPreview(tasks: readonly Task[]): void {
    this.preview = new Map(tasks.map((task) => [task.id, task]))
    this.#emit()
  }

  subscribe(listener: (state: ReplicaState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#listeners.clear()
    this.#channel.close()
    this.#store.close()
  }

  /** One task as it is shown. */
  at(id: string): Shown | undefined {
    return this.#shownOf(id, this.#pendingSteps())
  }

  get state(): ReplicaState {
    this.#snapshot ??= this.#show()
    return this.#snapshot
  }

  #hear(message: Message): void {
    if (this.#early) {
      this.#early.push(message)
      return
    }
    if (message.kind === 'network') this.network = message.network
    else this.#apply(message.changes, message.added)
    this.#emit()
  }

  #apply(changes: StoreChanges, added: readonly Entry[]): void {
    const { meta, rows, put = [], remove = [] } = changes
    if (meta) this.meta = meta
    if (rows?.side === this.meta.side) {
      for (const row of rows.put) this.rows.set(row.id, row)
      for (const id of rows.remove ?? []) this.rows.delete(id)
    }
    if (added.length + put.length + remove.length === 0) return
    const byNumber = new Map(this.entries.map((entry) => [entry.number, entry]))
    for (const entry of [...added, ...put]) byNumber.set(entry.number, entry)
    for (const number of remove) byNumber.delete(number)
    this.entries = [...byNumber.values()].sort((a, b) => a.number - b.number)
  }

  #emit(): void {
    this.#snapshot = undefined
    for (const listener of this.#listeners) listener(this.state)
  }

  #pendingSteps(): Entry[] {
    return this.entries.filter(({ status }) => status === 'waiting' || status === 'acknowledged')
  }

  #shownOf(id: string, pending: readonly Entry[]): Shown | undefined {
    const row = this.rows.get(id)
    const preview = this.meta.complete ? undefined : this.preview.get(id)
    let shown: Shown | undefined = preview && { task: preview, isDeleted: false }
    if (row) shown = { task: row.task, isDeleted: row.deletedAt !== undefined }
    for (const { steps } of pending) {
      for (const step of steps) if (step.operation.id === id) shown = showStep(shown, step)
    }
    return shown
  }

  #show(): ReplicaState {
    const tasks = new Map<string, Task>(this.meta.complete ? [] : this.preview)
    const deleted = new Map<string, Task>()
    const place = (id: string, { task, isDeleted }: Shown) => {
      const [to, from] = isDeleted ? [deleted, tasks] : [tasks, deleted]
      to.set(id, task)
      from.delete(id)
    }
    for (const [id, row] of this.rows) place(id, { task: row.task, isDeleted: row.deletedAt !== undefined })
    const pending = this.#pendingSteps()
    for (const { steps } of pending) {
      for (const step of steps) {
        const { id } = step.operation
        const [live, gone] = [tasks.get(id), deleted.get(id)]
        const task = live ?? gone
        const shown = showStep(task && { task, isDeleted: live === undefined }, step)
        if (shown) place(id, shown)
      }
    }
    const actions = actionsOf(this.entries.filter(({ status }) => status === 'waiting'))
    return {
      tasks,
      deleted,
      unsent: actions.length,
      pending: actions,
      conflicts: this.entries.flatMap((entry) => this.#conflictOf(entry)),
      refusals: refusalsOf(this.entries),
      network: this.network,
      complete: this.meta.complete,
    }
  }

  /** None where theirs has become mine meanwhile. */
  #conflictOf({ status, action, steps }: Entry): Conflict[] {
    const [step] = steps
    if (status !== 'conflict' || step?.operation.op !== 'update') return []
    const { id, changes } = step.operation
    const mine = new Map<string, unknown>(Object.entries(changes))
    const theirs = new Map<string, unknown>(Object.entries(this.rows.get(id)?.task ?? {}))
    const fields = Object.keys(step.base ?? {})
      .map((field) => ({ field, mine: mine.get(field) ?? null, theirs: theirs.get(field) ?? null }))
      .filter((field) => !isSame(field.mine, field.theirs))
    return fields.length === 0 ? [] : [{ action, id, fields }]
  }
}

function actionsOf(entries: readonly Entry[]): Action[] {
  return [...new Map(entries.map(({ action }) => [action.id, action])).values()]
}

function refusalsOf(entries: readonly Entry[]): Refusal[] {
  const refusals = new Map<string, Refusal>()
  for (const { status, action, steps, problem } of entries) {
    if (status !== 'refused' || problem === undefined) continue
    const first = refusals.get(action.id) ?? { action, operations: [], problem }
    const operations = [...first.operations, ...steps.map(({ operation }) => operation)]
    refusals.set(action.id, { ...first, operations })
  }
  return [...refusals.values()]
}
