import type { Action, ReplicaOperation, ReplicaState } from '../../src/replica/index.ts'
import type { Sent } from './device.ts'

/** Counts what was asked for, what was done and what was reported, by task and field and value. */
export class Ledger {
  readonly #asked = new Map<string, number>()
  /** Asked for by a device that lost its store: done or not. */
  readonly #lost = new Map<string, number>()
  readonly #reported = new Map<string, Set<string>>()
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
    for (const operation of operations) this.#dismissed.add(`${actionId} ${JSON.stringify(operation)}`)
  }

  /** Notes what a device reports. */
  watch(state: ReplicaState): void {
    for (const { action, operations } of state.refusals) {
      for (const operation of operations) {
        if (this.#dismissed.has(`${action.id} ${JSON.stringify(operation)}`))
          this.#repeated.add(`reported again: ${JSON.stringify(operation)}`)
        for (const mark of marksOf(operation)) this.#report(mark, action.id)
      }
    }
    for (const { action, id, fields } of state.conflicts)
      for (const { field, mine } of fields) this.#report(markOf(id, field, mine), action.id)
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
      const known =
        (done.get(mark) ?? 0) + (this.#reported.get(mark)?.size ?? 0) + (this.#lost.get(mark) ?? 0)
      // What is deleted or restored already is neither done nor reported.
      if (known < asked && !/ (delete|restore)$/.test(mark))
        faults.push(`known ${known} of ${asked}: ${mark}`)
    }
    return faults
  }

  #report(mark: string, actionId: string): void {
    const actions = this.#reported.get(mark) ?? new Set()
    this.#reported.set(mark, actions.add(actionId))
  }
}

function marksOf(operation: ReplicaOperation): string[] {
  const { op, id = '' } = operation
  if (op !== 'update') return [`${id} ${op}`]
  return marksOfChanges(id, operation.changes)
}

/** When a task was completed is told beside that it was, and is the last one's. */
function marksOfChanges(id: string, changes: object): string[] {
  const fields = Object.entries(changes).filter(([field]) => field !== 'completed_at')
  return fields.map(([field, value]) => markOf(id, field, value))
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

function add(counts: Map<string, number>, mark: string): void {
  counts.set(mark, (counts.get(mark) ?? 0) + 1)
}
