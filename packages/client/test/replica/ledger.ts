import type { Action, ReplicaOperation, ReplicaState } from '../../src/replica/index.ts'
import type { Sent } from './sent.ts'

/** Counts what was asked for, what was done and what was reported, by task and field and value. */
export class Ledger {
  readonly #asked = new Map<string, number>()
  /** Asked for by a device that lost its store: done or not. */
  readonly #lost = new Map<string, number>()
  /** By mark and action: how many times the action had it, and was reported with it, at most at one time. */
  readonly #reported = new Map<string, Map<string, number>>()
  /** The same of reports that were dismissed; the action may be reported again, with other operations. */
  readonly #ended = new Map<string, number>()
  readonly #actions = new Set<string>()
  readonly #dismissed = new Set<string>()
  readonly #repeated = new Set<string>()

  ask(action: Action): void {
    if (this.#actions.has(action.id)) return
    this.#actions.add(action.id)
    for (const mark of action.operations.flatMap(marksOf)) add(this.#asked, mark)
  }

  lose(state: ReplicaState): void {
    for (const { operations } of [...state.pending, ...state.refusals.map(({ action }) => action)])
      for (const mark of operations.flatMap(marksOf)) add(this.#lost, mark)
  }

  dismiss(actionId: string, operations: readonly ReplicaOperation[]): void {
    for (const operation of operations) {
      this.#dismissed.add(`${actionId} ${JSON.stringify(operation)}`)
      for (const mark of marksOf(operation)) {
        add(this.#ended, mark)
        this.#reported.get(mark)?.delete(actionId)
      }
    }
  }

  /** Notes what a device reports. */
  watch(state: ReplicaState): void {
    for (const { action, operations } of state.refusals) {
      const times = new Map<string, number>()
      for (const operation of operations) {
        if (this.#dismissed.has(`${action.id} ${JSON.stringify(operation)}`))
          this.#repeated.add(`reported again: ${JSON.stringify(operation)}`)
        for (const mark of marksOf(operation)) add(times, mark)
      }
      for (const [mark, count] of times) this.#report(mark, action.id, count)
    }
    for (const { action, id, fields } of state.conflicts) {
      for (const { field, mine } of fields.filter((each) => COUNTED.includes(each.field))) {
        // Earlier values of the same action are reported with its last one, and one that it has twice is there twice.
        const marks = action.operations.flatMap(marksOf).filter((mark) => mark.startsWith(`${id} ${field} `))
        for (const mark of new Set([...marks, markOf(id, field, mine)])) {
          const times = marks.filter((each) => each === mark).length
          this.#report(mark, `${action.id} in conflict`, Math.max(1, times))
        }
      }
    }
  }

  /** Every acknowledged operation was done once, every other one was reported, and nothing else was done. */
  faults(sent: readonly Sent[]): string[] {
    const done = new Map<string, number>()
    for (const mark of sent.filter(isFirstDone).flatMap(marksSent)) add(done, mark)
    const faults = [...this.#repeated]
    for (const [mark, times] of done) {
      const asked = this.#asked.get(mark) ?? 0
      if (times > asked) faults.push(`done ${times} times, asked for ${asked} times: ${mark}`)
    }
    for (const [mark, asked] of this.#asked) {
      const counts = [done, this.#ended, this.#lost].map((times) => times.get(mark) ?? 0)
      const known = sum([...counts, ...(this.#reported.get(mark)?.values() ?? [])])
      // What is deleted or restored already is neither done nor reported.
      if (known < asked && !/ (delete|restore)$/.test(mark))
        faults.push(`known ${known} of ${asked}: ${mark}`)
    }
    return faults
  }

  #report(mark: string, actionId: string, times: number): void {
    const actions = this.#reported.get(mark) ?? new Map<string, number>()
    this.#reported.set(mark, actions.set(actionId, Math.max(times, actions.get(actionId) ?? 0)))
  }
}

function marksOf(operation: ReplicaOperation): string[] {
  const { op, id = '' } = operation
  if (op !== 'update') return [`${id} ${op}`]
  return marksOfChanges(id, operation.changes)
}

/** Of all other fields it is enough that all agree in the end. */
const COUNTED = ['title', 'description', 'completed']

function marksOfChanges(id: string, changes: object): string[] {
  const fields = Object.entries(changes).filter(([field]) => COUNTED.includes(field))
  return fields.map(([field, value]) => markOf(id, field, value))
}

/** The fields of tasks that requests have changed, answered or not. */
export function changedBy(sent: readonly Sent[]): [id: string, field: string][] {
  const bodies = sent
    .filter(({ path, status }) => path === '/tasks/batch' && status === 200)
    .map(({ body }) => body)
  return bodies.flatMap((body) => {
    const { operations }: { operations: Record<string, unknown>[] } = JSON.parse(body)
    const updates = operations.filter(({ op }) => op === 'update')
    return updates.flatMap((update) =>
      Object.keys(update).map((field): [string, string] => [String(update.id), field]),
    )
  })
}

function marksSent({ path, body }: Sent): string[] {
  const restored = /^\/trash\/(.*)\/restore$/.exec(path)?.[1]
  if (restored !== undefined) return [`${restored} restore`]
  const { operations }: { operations: Record<string, unknown>[] } = JSON.parse(body)
  return operations.flatMap(({ op, id, if_match: _, ...changes }) =>
    op === 'update' ? marksOfChanges(String(id), changes) : [`${id} ${op}`],
  )
}

const markOf = (id: string, field: string, value: unknown) => `${id} ${field} ${JSON.stringify(value)}`

function isFirstDone({ method, status, isReplayed }: Sent): boolean {
  return method === 'POST' && status === 200 && !isReplayed
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

function add(counts: Map<string, number>, mark: string): void {
  counts.set(mark, (counts.get(mark) ?? 0) + 1)
}
