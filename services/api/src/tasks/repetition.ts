import { v7 as uuidV7 } from 'uuid'
import type { Owner } from '../database/owner.ts'
import type { Step } from '../database/statement.ts'
import { founded } from '../planning/footing.ts'
import { dayOfCompletion, nextOccurrence } from '../recurrence/recurrence.ts'
import { taskOf } from './columns.ts'
import { namesOf, schemasOf } from './fields.ts'
import { rememberSteps } from './purge/queries.ts'
import type { NewTask, Task, TaskChanges } from './schema.ts'
import { type RepeatingRow, type SeenRow, taskStatements } from './statements.ts'
import { createSteps, deleteSteps, updateSteps } from './steps.ts'

/** A change of a task that was looked at, with what follows from it. */
export interface WholeChange {
  /** The change; the last one gives the task. */
  change: [Step, Step<RepeatingRow>]
  /** Behind the change. */
  following: Step[]
  /** The task that comes next, from then on. */
  nextId: string | null
}

/**
 * A change of one task and what follows from it for the next one: completed, a task that repeats makes another; taken
 * back, it takes that one back. It holds as long as both are as they were seen.
 */
export function wholeChange(owner: Owner, seen: SeenRow, changes: TaskChanges): WholeChange {
  const change = updateSteps(owner, seen.id, changes, undefined, true)
  const { next_id: nextId } = seen
  if (changes.completed === true && !seen.completed && nextId === null) {
    const next = nextTask(seen, changes)
    if (next === undefined) return { change, following: [], nextId }
    const setNext = owner.step(taskStatements.setNext, seen.id, next.id)
    return { change, following: [...createSteps(owner, next), setNext], nextId: next.id }
  }
  const isTakenBack = changes.completed === false && seen.completed && seen.next_is_as_made === true
  if (!isTakenBack || nextId === null) return { change, following: [], nextId }
  return { change, following: takeBackSteps(owner, seen.id, nextId), nextId: null }
}

/** The same in a transaction that does nothing at all, and fails, where the two are not as they were seen. */
export function changeAsSeen(
  owner: Owner,
  seen: SeenRow,
  { change, following }: WholeChange,
): [Step, ...WholeChange['change'], ...Step[]] {
  const { id, revision, next_id: nextId, next_revision: nextRevision } = seen
  const next = nextRevision === null ? [] : [owner.step(taskStatements.isAt, nextId, nextRevision)]
  return [owner.step(taskStatements.isAt, id, revision), ...change, ...next, ...following]
}

const copied = namesOf(schemasOf('create'))

function nextTask(seen: SeenRow, changes: TaskChanges): Task | undefined {
  const after = founded({ ...seen, ...changes })
  const { due, recurrence, time_zone: timeZone, recurs_from: recursFrom } = after
  if (due === null || recurrence === null) return undefined
  const now = new Date()
  const { completed_at: completedAt } = changes
  const instant = completedAt === undefined ? now.getTime() : Date.parse(completedAt.toUpperCase())
  const day = dayOfCompletion(completedAt, instant, timeZone)
  const next = nextOccurrence({ due, time_zone: timeZone, recurrence, recurs_from: recursFrom }, day)
  if (next === undefined) return undefined
  const sent = Object.fromEntries(copied.map((name) => [name, after[name]])) as Pick<SeenRow, keyof NewTask>
  return taskOf({ ...sent, ...next }, uuidV7({ msecs: now.getTime() }), now.toISOString())
}

/** They delete the next one for good. */
function takeBackSteps(owner: Owner, id: string, nextId: string): Step[] {
  return [
    ...deleteSteps(owner, nextId),
    ...rememberSteps(owner, [nextId], new Date()),
    owner.step(taskStatements.countDropped),
    owner.step(taskStatements.drop, nextId),
    owner.step(taskStatements.setNext, id, null),
  ]
}
