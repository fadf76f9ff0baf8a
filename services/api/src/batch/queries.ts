import type { Owner } from '../database/owner.ts'
import type { Run } from '../database/statement.ts'
import { AppError, type Fault } from '../errors.ts'
import { type StoredRow, toTask } from '../tasks/columns.ts'
import { createSteps, deleteSteps, newTask, updateSteps } from '../tasks/queries.ts'
import type { Task } from '../tasks/schema.ts'
import type { Operation, Result } from './schema.ts'

/** Runs the operations in order within one transaction, each with a revision of its own; all of them or none. */
export async function runBatch(owner: Owner, run: Run, operations: readonly Operation[]): Promise<Result[]> {
  const [locked] = await run([owner.lockList()])
  if (locked.length === 0) throw new UserWithoutRows()
  // All are sent before the first is answered.
  const outcomes = await Promise.all(operations.map((operation) => outcomeOf(owner, run, operation)))
  const results = outcomes.filter((outcome) => outcome !== undefined)
  if (results.length < outcomes.length) refuseAbsent(outcomes)
  return results
}

/** Thrown where a user's rows must be made first; the catcher makes them and starts again. */
export class UserWithoutRows extends Error {}

/** Undefined where there is no such task. */
async function outcomeOf(owner: Owner, run: Run, operation: Operation): Promise<Result | undefined> {
  switch (operation.op) {
    case 'create': {
      const { op, ...sent } = operation
      const [, [row]] = await run(createSteps(owner, newTask(sent)))
      return row && { op, status: 201, task: withoutRevision(row) }
    }
    case 'update': {
      const { op, id, ...changes } = operation
      const [, [row]] = await run(updateSteps(owner, id, changes))
      return row && { op, status: 200, task: withoutRevision(row) }
    }
    case 'delete': {
      const { op, id } = operation
      const [, [row]] = await run(deleteSteps(owner, id))
      return row && { op, status: 204, id: row.id }
    }
    default:
      return operation satisfies never
  }
}

function withoutRevision({ revision: _, ...row }: StoredRow): Task {
  return toTask(row)
}

function refuseAbsent(outcomes: readonly (Result | undefined)[]): never {
  throw absent(
    outcomes.flatMap((outcome, index): Fault[] =>
      outcome === undefined ? [{ in: 'body', path: `/operations/${index}/id`, message: notATask }] : [],
    ),
  )
}

export const notATask = 'is not the id of a task'

export function absent(faults: readonly Fault[]): AppError {
  return new AppError('not_found', 'Nothing was changed, since some of the tasks were not found', { faults })
}
