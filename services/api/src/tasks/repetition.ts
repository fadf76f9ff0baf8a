import { v7 as uuidV7 } from 'uuid'
import type { Owner } from '../database/owner.ts'
import type { Run } from '../database/statement.ts'
import { dayOfCompletion, nextOccurrence } from '../recurrence/recurrence.ts'
import { type StoredRow, taskOf } from './columns.ts'
import { namesOf, schemasOf } from './fields.ts'
import { rememberSteps } from './purge/queries.ts'
import type { NewTask, Task, TaskChanges } from './schema.ts'
import { type RepeatingRow, taskStatements } from './statements.ts'
import { createSteps, deleteSteps, lookAgain, updateSteps } from './steps.ts'

/** What a change found: the task as it is now, or else the one that did not meet the conditions, if there is one. */
export interface Outcome {
  row: RepeatingRow | undefined
  seen: StoredRow | undefined
}

/**
 * A change of one task and what follows from it for the next one, in a transaction that is open: completed, a task that
 * repeats makes another; taken back, it takes that one back. It locks the list, so that of two completions only the
 * first finds the task open.
 */
export async function updateWhole(
  owner: Owner,
  run: Run,
  id: string,
  changes: TaskChanges,
  revisions?: readonly number[],
): Promise<Outcome> {
  const [, [before], , [after], [seen] = []] = await run([
    owner.lockList(),
    owner.step(taskStatements.getRepeating, id),
    ...updateSteps(owner, id, changes, revisions, true),
    ...lookAgain(owner, id, revisions, changes),
  ])
  if (before === undefined || after === undefined) return { row: undefined, seen }
  if (after.completed && !before.completed) return { row: await makeNext(owner, run, after, changes), seen }
  if (before.completed && !after.completed) await takeBackNext(owner, run, after)
  return { row: after, seen }
}

/** The task with the one that comes next, where there is one and it was not made before. */
async function makeNext(
  owner: Owner,
  run: Run,
  row: RepeatingRow,
  changes: TaskChanges,
): Promise<RepeatingRow> {
  const next = row.next_id === null ? nextTask(row, changes.completed_at) : undefined
  if (next === undefined) return row
  await run([...createSteps(owner, next), owner.step(taskStatements.setNext, row.id, next.id)])
  return { ...row, next_id: next.id }
}

const copied = namesOf(schemasOf('create'))

/** @param completedAt as it was sent: its offset tells on which day that was. */
function nextTask(row: StoredRow, completedAt: string | undefined): Task | undefined {
  const { due, recurrence, time_zone: timeZone, recurs_from: recursFrom } = row
  if (due === null || recurrence === null) return undefined
  const now = new Date()
  const instant = completedAt === undefined ? now.getTime() : Date.parse(completedAt.toUpperCase())
  const day = dayOfCompletion(completedAt, instant, timeZone)
  const next = nextOccurrence({ due, time_zone: timeZone, recurrence, recurs_from: recursFrom }, day)
  if (next === undefined) return undefined
  const sent = Object.fromEntries(copied.map((name) => [name, row[name]])) as Pick<StoredRow, keyof NewTask>
  return taskOf({ ...sent, ...next }, uuidV7({ msecs: now.getTime() }), now.toISOString())
}

/** Deletes the next one for good, if it is as it was made: a move does not change `updated_at`. */
async function takeBackNext(owner: Owner, run: Run, { id, next_id: nextId }: RepeatingRow): Promise<void> {
  if (nextId === null) return
  const [[next]] = await run([owner.step(taskStatements.get, nextId)])
  if (next === undefined || next.updated_at !== next.created_at || next.completed) return
  await run([
    ...deleteSteps(owner, nextId),
    ...rememberSteps(owner, [nextId], new Date()),
    owner.step(taskStatements.countDropped),
    owner.step(taskStatements.drop, nextId),
    owner.step(taskStatements.setNext, id, null),
  ])
}
