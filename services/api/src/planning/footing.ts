import { hasTime } from './due.ts'

/** What of a plan rests on something else; null is "to be cleared", undefined "not said". */
export interface Plan {
  due?: string | null | undefined
  time_zone?: string | null | undefined
  recurrence?: string | null | undefined
  recurs_from?: string | null | undefined
  completed?: boolean | undefined
  completed_at?: string | undefined
}

/** A field that lacks what it rests on, and what that is. */
export interface Unfounded {
  field: keyof Plan
  message: string
}

/**
 * The fields that were sent and lack their footing in the task as it will be. What `after` does not say is not judged.
 */
export function unfoundedIn(sent: Plan, after: Plan): Unfounded[] {
  const { due, recurrence, completed } = after
  const found: Unfounded[] = []
  if (isSet(sent.time_zone) && (due === null || (due !== undefined && !hasTime(due))))
    found.push({ field: 'time_zone', message: 'must stand beside a due that has a time' })
  if (isSet(sent.recurrence) && due === null)
    found.push({ field: 'recurrence', message: 'must stand beside a due' })
  if (isSet(sent.recurs_from) && (recurrence === null || due === null))
    found.push({ field: 'recurs_from', message: 'must stand beside a recurrence' })
  if (sent.completed_at !== undefined && completed !== true)
    found.push({ field: 'completed_at', message: 'must stand beside completed: true' })
  return found
}

/** Whether only the task can tell if what was sent has its footing. */
export function restsOnTask({ time_zone: zone, recurrence, recurs_from: from }: Plan): boolean {
  return isSet(zone) || isSet(recurrence) || isSet(from)
}

function isSet(value: string | null | undefined): boolean {
  return value !== undefined && value !== null
}

/** A task as it will be, without what has lost its footing there. */
export function founded<Task extends Record<'due' | 'time_zone' | 'recurrence' | 'recurs_from', unknown>>(
  task: Task & { due: string | null },
) {
  const { due, time_zone: zone } = task
  const recurrence = due === null ? null : task.recurrence
  return {
    ...task,
    time_zone: due !== null && hasTime(due) ? zone : null,
    recurrence,
    recurs_from: recurrence === null ? null : task.recurs_from,
  }
}
