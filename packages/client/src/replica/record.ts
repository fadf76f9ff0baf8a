import type { Task, TaskChanges } from '../types.ts'
import { neighboursOf, placeBetween, placeOf } from './place.ts'
import { type Shown, showStep } from './show.ts'
import type { Step } from './storage.ts'
import type { Action, Place, ReplicaOperation } from './types.ts'
import { wallTime } from './wall-time.ts'

/** The state in which an action is taken, and how its parts are named and dated. */
export interface Moment {
  at: (id: string) => Shown | undefined
  /** All live tasks, for a place among them. */
  tasks: () => Iterable<Task>
  now: number
  newId: () => string
  /** An undo puts back times as they were; nothing is completed now. */
  isUndo: boolean
}

/** The fields that two devices can change against each other. The place and the time of completion are the last one's. */
const COMPARED = [
  'title',
  'description',
  'completed',
  'due',
  'time_zone',
  'priority',
  'tags',
  'recurrence',
  'recurs_from',
] as const

/** Turns operations into an action, the steps to send, and the operations that would take it back. */
export function record(
  operations: readonly ReplicaOperation[],
  moment: Moment,
): { action: Action; steps: Step[] } {
  const steps: Step[] = []
  const inverse: ReplicaOperation[] = []
  const touched = new Map<string, Shown | undefined>()
  const at = new Date(moment.now).toISOString()
  // Each operation meets what those before it have done.
  const seen: Moment = {
    ...moment,
    at: (id) => (touched.has(id) ? touched.get(id) : moment.at(id)),
    tasks: () => tasksWith(touched, moment.tasks()),
  }
  for (const given of operations) {
    const id = given.id ?? moment.newId()
    const before = seen.at(id)
    const operation = timed({ ...given, id }, before, moment)
    const step = stepOf(operation, at, before, seen)
    const after = showStep(before, step)
    if (operation.op === 'update')
      step.base = valuesBefore(before?.task ?? unknown, after?.task ?? unknown, operation.changes)
    inverse.unshift(...inverseOf(step, before, seen))
    touched.set(operation.id, after)
    steps.push(step)
  }
  const action = {
    id: moment.newId(),
    operations: steps.map(({ operation }) => operation),
    ids: [...touched.keys()],
    inverse,
  }
  return { action, steps }
}

function* tasksWith(
  touched: ReadonlyMap<string, Shown | undefined>,
  tasks: Iterable<Task>,
): Generator<Task, void> {
  for (const task of tasks) if (!touched.has(task.id)) yield task
  for (const shown of touched.values()) if (shown && !shown.isDeleted) yield shown.task
}

/** A completion is of now, by the clock on the wall: the day of it tells when a task that repeats is due again. */
function timed(
  operation: Step['operation'],
  before: Shown | undefined,
  { now, isUndo }: Moment,
): Step['operation'] {
  if (operation.op !== 'update' || isUndo || before?.task.completed) return operation
  const { changes } = operation
  if (changes.completed !== true || changes.completed_at !== undefined) return operation
  return { ...operation, changes: { ...changes, completed_at: wallTime(now) } }
}

function stepOf(operation: Step['operation'], at: string, before: Shown | undefined, moment: Moment): Step {
  if (operation.op !== 'move' || before === undefined) return { operation, at }
  const position = positionAt(operation, before.task, moment)
  return position === undefined ? { operation, at } : { operation, at, position }
}

function positionAt(place: Place, moved: Task, moment: Moment): string | undefined {
  const neighbour = moment.at('before' in place ? place.before : place.after)?.task
  if (neighbour === undefined) return undefined
  const others = [...moment.tasks()].filter(({ id }) => id !== moved.id)
  const { above, below } = neighboursOf(neighbour, others)
  if ('before' in place) return placeBetween(placeOf(neighbour), above ? placeOf(above) : null)
  return placeBetween(below ? placeOf(below) : null, placeOf(neighbour))
}

/** Of a task that this device knows not, or no more, nothing has been seen: whatever it has is asked about. */
const unknown: Partial<Task> = { completed: false }

function valuesBefore(before: Partial<Task>, after: Partial<Task>, changes: TaskChanges) {
  const fields = COMPARED.filter((field) => field in changes || !isSame(before[field], after[field]))
  return Object.fromEntries(fields.map((field) => [field, before[field] ?? null]))
}

/** Values of a task's field, of which an absent one is the same as null. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
}

function inverseOf(step: Step, before: Shown | undefined, moment: Moment): ReplicaOperation[] {
  const { operation } = step
  const { id, op } = operation
  if (op === 'create') return [{ op: 'delete', id }]
  if (before === undefined) return []
  switch (op) {
    case 'delete':
      return [{ op: 'restore', id }]
    case 'restore':
      return [{ op: 'delete', id }]
    case 'move':
      return moveBack(before.task, moment)
    case 'update':
      return [{ op: 'update', id, changes: changesBack(step, before.task) }]
    default:
      return operation satisfies never
  }
}

function moveBack(task: Task, moment: Moment): ReplicaOperation[] {
  const { above, below } = neighboursOf(task, moment.tasks())
  if (above) return [{ op: 'move', id: task.id, after: above.id }]
  return below ? [{ op: 'move', id: task.id, before: below.id }] : []
}

function changesBack({ base = {} }: Step, before: Task): TaskChanges {
  const changes: TaskChanges = Object.fromEntries(Object.entries(base))
  const { completed_at } = before
  return changes.completed && completed_at !== undefined ? { ...changes, completed_at } : changes
}
