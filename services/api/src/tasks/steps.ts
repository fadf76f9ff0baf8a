import { v7 as uuidV7 } from 'uuid'
import type { Owner } from '../database/owner.ts'
import type { Step } from '../database/statement.ts'
import { restsOnTask, type Unfounded, unfoundedIn } from '../planning/footing.ts'
import { change, creation, isPlanned, type StoredRow, taskOf } from './columns.ts'
import type { NewTask, Task, TaskChanges } from './schema.ts'
import { type RepeatingRow, taskStatements } from './statements.ts'

/** A task as it will be when it is created. */
export function newTask(sent: NewTask, id = uuidV7()): Task {
  return taskOf(sent, id, new Date().toISOString())
}

/** Tells why a write found nothing, where that can be more than that the task is not there. */
export function lookAgain(
  owner: Owner,
  id: string,
  revisions: readonly number[] | undefined,
  changes: TaskChanges = {},
): Step<StoredRow>[] {
  return revisions === undefined && !restsOnTask(changes) ? [] : [owner.step(taskStatements.get, id)]
}

/** What of the changes of a task that was looked at again lacks its footing there. */
export function unfoundedOf(changes: TaskChanges, row: StoredRow): Unfounded[] {
  return unfoundedIn(changes, { due: row.due, recurrence: row.recurrence, completed: true, ...changes })
}

/** The steps of a creation; the last one gives the task. They fail for a user without rows. */
export function createSteps(owner: Owner, task: Task): [Step, Step<StoredRow>] {
  const [statement, { valuesOf }] = isPlanned(task)
    ? [taskStatements.insertPlanned, creation.planned]
    : [taskStatements.insert, creation.plain]
  return [
    owner.step(taskStatements.countCreated, owner.quota, owner.clock),
    owner.step(statement, task.id, task.created_at, ...valuesOf(task)),
  ]
}

/**
 * The steps of a change, under the list's lock; the last one gives the task, if it was there to change. They leave a
 * task alone of which more follows, unless the change is a whole one (repetition.ts).
 */
export function updateSteps(
  owner: Owner,
  id: string,
  changes: TaskChanges,
  revisions?: readonly number[],
  isWhole = false,
): [Step, Step<RepeatingRow>] {
  const [count, update, { valuesOf }] = isPlanned(changes)
    ? [taskStatements.countUpdatedPlanned, taskStatements.updatePlanned, change.planned]
    : [taskStatements.countUpdated, taskStatements.update, change.plain]
  const values = [id, revisions ?? null, ...valuesOf(changes), isWhole]
  return [owner.step(count, ...values, owner.clock), owner.step(update, ...values, new Date().toISOString())]
}

/** The steps of a deletion, under the list's lock; the last one gives the id, if the task was there. */
export function deleteSteps(
  owner: Owner,
  id: string,
  revisions?: readonly number[],
): [Step, Step<{ id: string }>] {
  const condition = revisions ?? null
  return [
    owner.step(taskStatements.countDeleted, id, condition, owner.clock),
    owner.step(taskStatements.delete, id, condition, new Date().toISOString()),
  ]
}
