import type { Problem } from '../error.ts'
import { conflictOf, isConflictOf } from './conflicts.ts'
import {
  bodiesOf,
  corrected,
  correctionsOf,
  joinConflicts,
  judge,
  updatesFirst,
  withdrawalsOf,
  without,
} from './judge.ts'
import type { LocalCopy } from './local-copy.ts'
import type { Entry, NewEntry, Row, SentRequest, Step, StoreChanges } from './storage.ts'
import type { Answer, Wire } from './wire.ts'

/** After so many 412s in a row, and as many pulls, the next one is a refusal like any other. */
const MAXIMUM_STALE = 5

/**
 * Sends waiting entries, in order and one at a time. A request is stored with its key before it is sent for the first time,
 * and is sent as it is until it has an answer; after a refusal it is judged anew and gets another key.
 */
export class Sender {
  readonly #local: LocalCopy
  readonly #wire: Wire
  readonly #pull: () => Promise<void>
  readonly #options: { now: () => number; newId: () => string }
  #stale = 0

  constructor(
    local: LocalCopy,
    wire: Wire,
    pull: () => Promise<void>,
    options: { now: () => number; newId: () => string },
  ) {
    this.#local = local
    this.#wire = wire
    this.#pull = pull
    this.#options = options
  }

  /** @throws anything that has to be waited for. */
  async sendAll(): Promise<void> {
    for (;;) {
      const first = await this.#local.exclusively(() => this.#prepareFirst())
      if (first === undefined) return
      const { entry, request, isRepeated } = first
      const answer = await this.#wire.send(request, entry.steps)
      // Deleted elsewhere, or restored already: the feed knows.
      if (answer.kind === 'refused' && answer.problem.status === 404) await this.#pull()
      const isKnown = await this.#local.exclusively(() => this.#settle(entry.number, answer, isRepeated))
      if (isKnown) continue
      // A repeated answer, or one to another state of the tasks, says nothing of how they are now.
      await this.#pull()
    }
  }

  async #prepareFirst(): Promise<{ entry: Entry; request: SentRequest; isRepeated: boolean } | undefined> {
    for (;;) {
      const entry = this.#local.entries.find(({ status }) => status === 'waiting')
      if (entry === undefined) return undefined
      if (entry.request) return { entry, request: entry.request, isRepeated: true }
      const { clear, conflicting } = judge(updatesFirst(entry.steps), this.#local.rows)
      const request = { key: this.#options.newId(), operations: bodiesOf(clear, this.#local.rows) }
      const judged = { ...entry, steps: clear, request }
      await this.#local.commit(leaving(judged, clear, this.#conflictsTo(entry, conflicting)))
      if (clear.length > 0) return { entry: judged, request, isRepeated: false }
    }
  }

  /** Conflicts leave the queue and wait for an answer of their own; one of a task at most. */
  #conflictsTo(entry: Entry, conflicting: readonly Step[]): StoreChanges {
    const remove: number[] = []
    const joined = new Map<string, Step>()
    for (const step of conflicting) {
      const { id } = step.operation
      const known = this.#local.entries.find(isConflictOf(id))
      if (known) remove.push(known.number)
      const first = joined.get(id) ?? known?.steps[0]
      joined.set(id, first ? joinConflicts(first, step) : step)
    }
    const { action } = entry
    const add = [...joined.values()].map((step): NewEntry => ({ action, steps: [step], status: 'conflict' }))
    return { add, remove, put: corrected(this.#after(entry), withdrawalsOf(conflicting)) }
  }

  /** Whether the rows are known to be as the API has them now. */
  async #settle(number: number, answer: Answer, isRepeated: boolean): Promise<boolean> {
    const entry = this.#local.entries.find((other) => other.number === number)
    if (entry === undefined) return true
    const isStale = answer.kind === 'refused' && answer.problem.status === 412
    this.#stale = isStale && this.#stale < MAXIMUM_STALE ? this.#stale + 1 : 0
    if (answer.kind === 'done') return this.#done(entry, answer)
    const { problem } = answer
    const { request: _, ...fresh } = entry
    const isDone = wasDone(problem, isRepeated)
    if (!isDone && this.#stale === 0) return this.#refused(fresh, problem)
    await this.#local.commit({ put: [isDone ? { ...fresh, status: 'acknowledged' } : fresh] })
    return false
  }

  async #done(entry: Entry, answer: Answer & { kind: 'done' }): Promise<boolean> {
    const { rows, meta } = this.#local
    const put = corrected(this.#after(entry), correctionsOf(entry.steps, rows, answer))
    if (answer.isReplayed) {
      const { request, ...sent } = entry
      const met = { side: meta.side, put: nextRows(request, rows, answer.rows) }
      await this.#local.commit({ rows: met, put: [...put, { ...sent, status: 'acknowledged' }] })
      return false
    }
    const confirmed = new Map<string, Row>(answer.rows.map((row) => [row.id, row]))
    for (const id of answer.deleted) {
      const row = confirmed.get(id) ?? rows.get(id)
      if (row) confirmed.set(id, { ...row, deletedAt: this.#options.now() })
    }
    await this.#local.commit({
      rows: { side: meta.side, put: [...confirmed.values()] },
      put,
      remove: [entry.number],
    })
    return true
  }

  /**
   * Of several operations, those that the API named are taken out, and the others sent again by themselves. Somebody is
   * told of them or, where the condition of a change never holds, asked about it.
   */
  async #refused(entry: Entry, problem: Problem): Promise<boolean> {
    if (await this.#leaveTime(entry, problem)) return true
    const named = namedIn(problem)
    const out = entry.steps.filter((_, index) => named.size === 0 || named.has(index))
    const undone = out.filter(({ operation }) => problem.status !== 404 || !this.#isMet(operation))
    const asked = undone.filter((step) => problem.status === 412 && this.#isChoice(entry, step))
    const refused = undone.filter((step) => !asked.includes(step))
    const { add = [], remove = [] } = this.#conflictsTo(entry, asked)
    if (refused.length > 0) add.push({ action: entry.action, steps: refused, status: 'refused', problem })
    const [left, behind] = without(entry.steps, out)
    const put = corrected(this.#after(entry), behind)
    await this.#local.commit(leaving(entry, left, { add, remove, put }))
    return true
  }

  #isChoice(entry: Entry, step: Step): boolean {
    const row = this.#local.rows.get(step.operation.id)
    return conflictOf({ ...entry, steps: [step], status: 'conflict' }, row).length > 0
  }

  /** Where the clock of this device is ahead of the API's, a completion is of when it arrives. */
  async #leaveTime(entry: Entry, problem: Problem): Promise<boolean> {
    const early = namedIn(problem, 'completed_at')
    const steps = entry.steps.map((step, index) => (early.has(index) ? withoutTime(step) : step))
    if (steps.every((step, index) => step === entry.steps[index])) return false
    await this.#local.commit({ put: [{ ...entry, steps }] })
    return true
  }

  /** A task that is not found is deleted already, or is restored already. */
  #isMet({ op, id }: Step['operation']): boolean {
    const row = this.#local.rows.get(id)
    return op === 'delete' || (op === 'restore' && row !== undefined && row.deletedAt === undefined)
  }

  #after(entry: Entry): Entry[] {
    return this.#local.entries.filter(({ number, status }) => number > entry.number && status === 'waiting')
  }
}

/** With what is left of an entry, or without it where nothing is. */
function leaving(entry: Entry, steps: Step[], changes: StoreChanges): StoreChanges {
  const { put = [], remove = [] } = changes
  if (steps.length === 0) return { ...changes, remove: [...remove, entry.number] }
  return { ...changes, put: [...put, { ...entry, steps }] }
}

/** Its key is forgotten, or was used for the same as an older service read it: the first of these requests was done. */
function wasDone({ status, code }: Problem, isRepeated: boolean): boolean {
  return code === 'idempotency_key_reused' || (status === 409 && isRepeated)
}

/**
 * Of a repeated answer, the tasks that are known as they were just before it. Of a task that was deleted since, the feed
 * never tells what was done to it.
 */
function nextRows(request: SentRequest | undefined, rows: ReadonlyMap<string, Row>, told: Row[]): Row[] {
  return told.flatMap((row) => {
    const known = rows.get(row.id)
    const first = request?.operations.find(({ id }) => id === row.id)
    return known?.etag !== undefined && known.etag === first?.if_match ? { ...known, ...row } : []
  })
}

/** The operations that a problem names by their place in the batch; those alone whose field it names, if one is given. */
function namedIn({ errors = [] }: Problem, field?: string): Set<number> {
  const places = errors.map(({ path }) => {
    const [, place, name] = /^\/operations\/(\d+)(?:\/(.*))?$/.exec(path) ?? []
    return field === undefined || field === name ? place : undefined
  })
  return new Set(places.filter((place) => place !== undefined).map(Number))
}

function withoutTime(step: Step): Step {
  const { operation } = step
  if (operation.op !== 'update' || operation.changes.completed_at === undefined) return step
  const { completed_at: _, ...changes } = operation.changes
  return { ...step, operation: { ...operation, changes } }
}
