import type { Owner } from '../database/owner.ts'
import type { Run } from '../database/statement.ts'
import { entityTagOf, revisionsAllowed } from '../http/contract/entity-tag.ts'
import { type Destination, destinationOf, moveTask, type Unmoved } from '../moves/queries.ts'
import { hasTask, type StoredRow, toTask } from '../tasks/columns.ts'
import { wholeChange } from '../tasks/repetition.ts'
import type { Task, TaskChanges } from '../tasks/schema.ts'
import { type RepeatingRow, type SeenRow, taskStatements } from '../tasks/statements.ts'
import { createSteps, deleteSteps, lookAgain, newTask, unfoundedOf, updateSteps } from '../tasks/steps.ts'
import { isResult, type Refusal, refuseBatch } from './refusal.ts'
import type { Operation, Result } from './schema.ts'
import { batchStatements } from './statements.ts'

/** Runs the operations in order within one transaction, each with a revision of its own; all of them or none. */
export async function runBatch(owner: Owner, run: Run, operations: readonly Operation[]): Promise<Result[]> {
  const seen = await lockAndLook(owner, run, operations)
  const outcomes = await settled(inOrder(operations, (operation) => outcomeOf(owner, run, operation, seen)))
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
    if (mayFollow(operation) || pending.has(operation.id)) pending.set(operation.id, outcome)
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

/** What is known before the first operation. */
interface Seen {
  /** Those ids that clients made for their new tasks and that cannot be used, since the caller has them. */
  taken: ReadonlySet<string>
  /** Of operations that complete a task, or take that back, what the task is like as long as the ones before leave it. */
  tasks: ReadonlyMap<Operation, SeenRow>
}

/** Locks the list, and looks at nobody else's tasks. */
async function lockAndLook(owner: Owner, run: Run, operations: readonly Operation[]): Promise<Seen> {
  const made = operations.flatMap(({ op, id }) => (op === 'create' && id !== undefined ? [id] : []))
  const changed = operations.flatMap((operation) => (mayFollow(operation) ? [operation.id] : []))
  const [locked, taken, rows] = await Promise.all([
    run([owner.lockList()]).then(([list]) => list),
    made.length === 0 ? [] : run([owner.step(batchStatements.taken, made)]).then(([ids]) => ids),
    changed.length === 0 ? [] : run([owner.step(taskStatements.look, changed)]).then(([tasks]) => tasks),
  ])
  if (locked.length === 0) throw new UserWithoutRows()
  return {
    taken: new Set(taken.map(({ id }) => id)),
    tasks: leftAlone(
      operations,
      rows.flatMap((row) => (hasTask(row) ? [row] : [])),
    ),
  }
}

/**
 * The tasks by the operations that find them as they are: none before names the task or its next one, or is a move,
 * which may change tasks that it does not name.
 */
function leftAlone(operations: readonly Operation[], rows: readonly SeenRow[]): Map<Operation, SeenRow> {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const named = new Set<string | null | undefined>([null])
  const found = new Map<Operation, SeenRow>()
  for (const operation of operations) {
    if (operation.op === 'move') break
    const row = mayFollow(operation) ? byId.get(operation.id) : undefined
    if (row !== undefined && !named.has(row.id) && (row.next_id === null || !named.has(row.next_id)))
      found.set(operation, row)
    named.add(operation.id).add(row?.next_id)
  }
  return found
}

/** Whether more than its own change may follow from an operation. */
function mayFollow(operation: Operation): operation is Extract<Operation, { op: 'update' }> {
  return operation.op === 'update' && operation.completed !== undefined
}

async function outcomeOf(
  owner: Owner,
  run: Run,
  operation: Operation,
  seen: Seen,
): Promise<Result | Refusal> {
  switch (operation.op) {
    case 'create': {
      const { op, id, ...sent } = operation
      if (id !== undefined && seen.taken.has(id)) return { refused: 'conflict', field: 'id' }
      const [, [row]] = await run(createSteps(owner, newTask(sent, id)))
      return row === undefined ? { refused: 'conflict', field: 'id' } : { op, status: 201, ...told(row) }
    }
    case 'update': {
      const { op, id, if_match: condition, ...changes } = operation
      const before = seen.tasks.get(operation)
      const revisions = revisionsAllowed(condition)
      const { row, found } = await updateOf(owner, run, id, changes, revisions, before)
      if (row === undefined) return refusalOf(found, changes)
      const next = changes.completed === true && row.next_id !== null ? { next: row.next_id } : {}
      return { op, status: 200, ...told(row), ...next }
    }
    case 'delete': {
      const { op, id, if_match: condition } = operation
      const revisions = revisionsAllowed(condition)
      const steps = [...deleteSteps(owner, id, revisions), ...lookAgain(owner, id, revisions)] as const
      const [, [row], [found] = []] = await run(steps)
      return row === undefined ? refusalOf(found) : { op, status: 204, id: row.id }
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

/** What a change found: the task as it is now, or else the one that did not meet the conditions, if there is one. */
interface Outcome {
  row?: RepeatingRow | undefined
  found?: StoredRow | undefined
}

/** @param before the task, where it is known; else one that completes a task which repeats finds nothing at first. */
async function updateOf(
  owner: Owner,
  run: Run,
  id: string,
  changes: TaskChanges,
  revisions: readonly number[] | undefined,
  before: SeenRow | undefined,
): Promise<Outcome> {
  if (before !== undefined) return wholeOf(owner, run, before, changes, revisions)
  if (changes.completed === undefined) {
    const [, [row], [found] = []] = await run([
      ...updateSteps(owner, id, changes, revisions),
      ...lookAgain(owner, id, revisions, changes),
    ])
    return { row, found }
  }
  const [, [row], [seen]] = await run([
    ...updateSteps(owner, id, changes, revisions),
    owner.step(taskStatements.look, [id]),
  ])
  if (row !== undefined) return { row }
  return seen !== undefined && hasTask(seen) ? wholeOf(owner, run, seen, changes, revisions) : {}
}

/** Under the list's lock, so the task is as it was seen. */
async function wholeOf(
  owner: Owner,
  run: Run,
  seen: SeenRow,
  changes: TaskChanges,
  revisions: readonly number[] | undefined,
): Promise<Outcome> {
  const isAllowed = revisions === undefined || revisions.includes(seen.revision)
  if (!isAllowed || unfoundedOf(changes, seen).length > 0) return { found: seen }
  const { change, following, nextId } = wholeChange(owner, seen, changes)
  const [, [row]] = await run([...change, ...following])
  return row === undefined ? { found: seen } : { row: { ...row, next_id: nextId } }
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
