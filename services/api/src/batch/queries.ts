import type { Owner } from '../database/owner.ts'
import type { Run } from '../database/statement.ts'
import { entityTagOf, revisionsAllowed } from '../http/contract/entity-tag.ts'
import { type Destination, destinationOf, moveTask, type Unmoved } from '../moves/queries.ts'
import { type StoredRow, toTask } from '../tasks/columns.ts'
import { type Outcome, updateWhole } from '../tasks/repetition.ts'
import type { Task, TaskChanges } from '../tasks/schema.ts'
import type { RepeatingRow } from '../tasks/statements.ts'
import { createSteps, deleteSteps, lookAgain, newTask, unfoundedOf, updateSteps } from '../tasks/steps.ts'
import { isResult, type Refusal, refuseBatch } from './refusal.ts'
import type { Operation, Result } from './schema.ts'
import { batchStatements } from './statements.ts'

/** Runs the operations in order within one transaction, each with a revision of its own; all of them or none. */
export async function runBatch(owner: Owner, run: Run, operations: readonly Operation[]): Promise<Result[]> {
  const taken = await lockAndLook(owner, run, operations)
  const outcomes = await settled(inOrder(operations, (operation) => outcomeOf(owner, run, operation, taken)))
  const results = outcomes.filter(isResult)
  if (results.length < outcomes.length) refuseBatch(outcomes)
  return results
}

/**
 * All are sent before the first is answered, but for two kinds, of which more may follow: what comes after a completion
 * of the same task, or its taking back, waits for it; a move waits for all before it, and all after it for the move.
 */
function inOrder<T>(
  operations: readonly Operation[],
  work: (operation: Operation) => Promise<T>,
): Promise<T>[] {
  const started: Promise<T>[] = []
  const pending = new Map<string | undefined, Promise<T>>()
  let move: Promise<T> | undefined
  for (const operation of operations) {
    const isMove = operation.op === 'move'
    const earlier = isMove ? Promise.all(started) : (pending.get(operation.id) ?? move)
    const outcome = earlier === undefined ? work(operation) : earlier.then(() => work(operation))
    const mayFollow = operation.op === 'update' && operation.completed !== undefined
    if (mayFollow || pending.has(operation.id)) pending.set(operation.id, outcome)
    if (isMove) {
      move = outcome
      pending.clear()
    }
    started.push(outcome)
  }
  return started
}

/** Once one has failed, the transaction is over when none of the others has anything to send any more. */
async function settled<T>(outcomes: readonly Promise<T>[]): Promise<T[]> {
  try {
    return await Promise.all(outcomes)
  } finally {
    await Promise.allSettled(outcomes)
  }
}

/** Thrown where a user's rows must be made first; the catcher makes them and starts again. */
export class UserWithoutRows extends Error {}

/**
 * Locks the list. @returns those ids that clients made for their new tasks and that cannot be used, since the caller
 * has them; nobody else's are looked at.
 */
async function lockAndLook(owner: Owner, run: Run, operations: readonly Operation[]): Promise<Set<string>> {
  const made = operations.flatMap(({ op, id }) => (op === 'create' && id !== undefined ? [id] : []))
  const look = made.length === 0 ? [] : [owner.step(batchStatements.taken, made)]
  const [locked, taken = []] = await run([owner.lockList(), ...look])
  if (locked.length === 0) throw new UserWithoutRows()
  return new Set(taken.map(({ id }) => id))
}

async function outcomeOf(
  owner: Owner,
  run: Run,
  operation: Operation,
  taken: ReadonlySet<string>,
): Promise<Result | Refusal> {
  switch (operation.op) {
    case 'create': {
      const { op, id, ...sent } = operation
      if (id !== undefined && taken.has(id)) return { refused: 'conflict', field: 'id' }
      const [, [row]] = await run(createSteps(owner, newTask(sent, id)))
      return row === undefined ? { refused: 'conflict', field: 'id' } : { op, status: 201, ...told(row) }
    }
    case 'update': {
      const { op, id, if_match: condition, ...changes } = operation
      const { row, seen } = await updateOf(owner, run, id, changes, revisionsAllowed(condition))
      if (row === undefined) return refusalOf(seen, changes)
      const next = changes.completed === true && row.next_id !== null ? { next: row.next_id } : {}
      return { op, status: 200, ...told(row), ...next }
    }
    case 'delete': {
      const { op, id, if_match: condition } = operation
      const revisions = revisionsAllowed(condition)
      const steps = [...deleteSteps(owner, id, revisions), ...lookAgain(owner, id, revisions)] as const
      const [, [row], [seen] = []] = await run(steps)
      return row === undefined ? refusalOf(seen) : { op, status: 204, id: row.id }
    }
    case 'move': {
      const { op, id, if_match: condition } = operation
      const destination = destinationOf(operation)
      const row = await moveTask(owner, run, id, destination, revisionsAllowed(condition))
      return typeof row === 'string' ? unmoved(row, destination) : { op, status: 200, ...told(row) }
    }
    default:
      return operation satisfies never
  }
}

/** One that completes a task which repeats, or takes that back, finds nothing at first. */
async function updateOf(
  owner: Owner,
  run: Run,
  id: string,
  changes: TaskChanges,
  revisions: readonly number[] | undefined,
): Promise<Outcome> {
  const [, [row], [seen] = []] = await run([
    ...updateSteps(owner, id, changes, revisions),
    ...lookAgain(owner, id, revisions, changes),
  ])
  if (row !== undefined || changes.completed === undefined) return { row, seen }
  return updateWhole(owner, run, id, changes, revisions)
}

/** Of an operation that found nothing under its condition, and looked again without it. */
function refusalOf(row: StoredRow | undefined, changes: TaskChanges = {}): Refusal {
  if (row === undefined) return { refused: 'not_found', field: 'id' }
  const [unfounded] = unfoundedOf(changes, row)
  if (unfounded !== undefined) return { refused: 'validation_failed', ...unfounded }
  return { refused: 'precondition_failed', field: 'if_match' }
}

function unmoved(why: Unmoved, { side }: Destination): Refusal {
  if (why === 'task has changed') return { refused: 'precondition_failed', field: 'if_match' }
  return { refused: 'not_found', field: why === 'task not found' ? 'id' : side }
}

function told({ revision, next_id: _, ...row }: StoredRow & Partial<RepeatingRow>): {
  task: Task
  etag: string
} {
  return { task: toTask(row), etag: entityTagOf(revision) }
}
