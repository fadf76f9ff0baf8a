import type { Owner } from '../database/owner.ts'
import type { Run } from '../database/statement.ts'
import { entityTagOf, revisionsAllowed } from '../http/contract/entity-tag.ts'
import { type StoredRow, toTask } from '../tasks/columns.ts'
import { createSteps, deleteSteps, lookAgain, newTask, unfoundedOf, updateSteps } from '../tasks/queries.ts'
import type { Task, TaskChanges } from '../tasks/schema.ts'
import { isResult, type Refusal, refuseBatch } from './refusal.ts'
import type { Operation, Result } from './schema.ts'
import { batchStatements } from './statements.ts'

/** Runs the operations in order within one transaction, each with a revision of its own; all of them or none. */
export async function runBatch(owner: Owner, run: Run, operations: readonly Operation[]): Promise<Result[]> {
  const taken = await lockAndLook(owner, run, operations)
  // All are sent before the first is answered.
  const outcomes = await Promise.all(operations.map((operation) => outcomeOf(owner, run, operation, taken)))
  const results = outcomes.filter(isResult)
  if (results.length < outcomes.length) refuseBatch(outcomes)
  return results
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
      const revisions = revisionsAllowed(condition)
      const steps = [
        ...updateSteps(owner, id, changes, revisions),
        ...lookAgain(owner, id, revisions, changes),
      ] as const
      const [, [row], again] = await run(steps)
      return row === undefined ? refusalOf(again, changes) : { op, status: 200, ...told(row) }
    }
    case 'delete': {
      const { op, id, if_match: condition } = operation
      const revisions = revisionsAllowed(condition)
      const steps = [...deleteSteps(owner, id, revisions), ...lookAgain(owner, id, revisions)] as const
      const [, [row], again] = await run(steps)
      return row === undefined ? refusalOf(again) : { op, status: 204, id: row.id }
    }
    default:
      return operation satisfies never
  }
}

/** Of an operation that found nothing under its condition, and looked again without it. */
function refusalOf([row]: readonly StoredRow[] = [], changes: TaskChanges = {}): Refusal {
  if (row === undefined) return { refused: 'not_found', field: 'id' }
  const [unfounded] = unfoundedOf(changes, row)
  if (unfounded !== undefined) return { refused: 'validation_failed', ...unfounded }
  return { refused: 'precondition_failed', field: 'if_match' }
}

function told({ revision, ...row }: StoredRow): { task: Task; etag: string } {
  return { task: toTask(row), etag: entityTagOf(revision) }
}
