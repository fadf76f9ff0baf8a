import type { Owner } from '../database/owner.ts'
import type { Row, Run, Step } from '../database/statement.ts'
import { AppError, type Fault } from '../errors.ts'
import { createSteps, deleteSteps, newTask, type StoredTask, updateSteps } from '../tasks/queries.ts'
import type { Operation, Result } from './schema.ts'

/** Runs the operations in order within one transaction, each with a revision of its own; all of them or none. */
export async function runBatch(owner: Owner, run: Run, operations: readonly Operation[]): Promise<Result[]> {
  const [locked = []] = await run([owner.lockList()])
  if (locked.length === 0) throw new UserWithoutRows()
  const steps = operations.map((operation) => stepsOf(owner, operation))
  const rows = await run(steps.flat())
  let end = 0
  const outcomes = steps.map(({ length }) => {
    end += length
    return rows[end - 1]?.[0]
  })
  refuseAbsent(operations, outcomes)
  return operations.map((operation, index) => resultOf(operation, outcomes[index] ?? {}))
}

/** Thrown where a user's rows must be made first; the catcher makes them and starts again. */
export class UserWithoutRows extends Error {}

function stepsOf(owner: Owner, operation: Operation): Step[] {
  switch (operation.op) {
    case 'create': {
      const { op: _op, ...sent } = operation
      return createSteps(owner, newTask(sent))
    }
    case 'update': {
      const { op: _op, id, ...changes } = operation
      return updateSteps(owner, id, changes)
    }
    case 'delete':
      return deleteSteps(owner, operation.id)
    default:
      return operation satisfies never
  }
}

function refuseAbsent(operations: readonly Operation[], outcomes: readonly (Row | undefined)[]): void {
  const faults = outcomes.flatMap((row, index): Fault[] =>
    row === undefined && operations[index]?.op !== 'create'
      ? [{ in: 'body', path: `/operations/${index}/id`, message: notATask }]
      : [],
  )
  if (faults.length > 0) {
    throw absent(faults)
  }
}

export const notATask = 'is not the id of a task'

export function absent(faults: readonly Fault[]): AppError {
  return new AppError('not_found', 'Nothing was changed, since some of the tasks were not found', { faults })
}

function resultOf({ op }: Operation, row: Row): Result {
  if (op === 'delete') return { op, status: 204, id: String(row.id) }
  const { revision: _revision, ...task } = row as unknown as StoredTask
  return op === 'create' ? { op, status: 201, task } : { op, status: 200, task }
}
