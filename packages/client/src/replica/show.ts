import type { NewTask, Task, TaskChanges } from '../types.ts'
import type { Step } from './storage.ts'

/** A task as it is shown, in the list or in the trash. */
export interface Shown {
  task: Task
  isDeleted: boolean
}

/** A task as it is shown once a step is done to it. A step whose task is not there shows nothing. */
export function showStep(shown: Shown | undefined, step: Step): Shown | undefined {
  const { operation, at } = step
  // The feed may tell of a creation before its own answer arrives; then the API's task is the better one.
  if (operation.op === 'create')
    return shown ?? { task: newTask(operation.id, operation, at), isDeleted: false }
  if (shown === undefined) return undefined
  switch (operation.op) {
    case 'delete':
      return { ...shown, isDeleted: true }
    case 'restore':
      return { ...shown, isDeleted: false }
    case 'move': {
      const { position } = step
      return position === undefined ? shown : { ...shown, task: { ...shown.task, position } }
    }
    case 'update':
      return { ...shown, task: changed(shown.task, operation.changes, at) }
    default:
      return operation satisfies never
  }
}

function newTask(id: string, { title, description = null, ...planning }: NewTask, at: string): Task {
  const bare = { id, title, description, completed: false, created_at: at, updated_at: at }
  return changed(bare, { title, ...planning }, at)
}

/** As the API does it: null clears, and fields that rest on a cleared one go with it. */
function changed(task: Task, changes: TaskChanges, at: string): Task {
  const due = after(task.due, changes.due)
  const completed = changes.completed ?? task.completed
  const recurrence = due && after(task.recurrence, changes.recurrence)
  return {
    id: task.id,
    title: changes.title?.trim() ?? task.title,
    description: changes.description === undefined ? task.description : changes.description,
    completed,
    created_at: task.created_at,
    updated_at: at > task.updated_at ? at : task.updated_at,
    ...only('due', due),
    ...only('time_zone', due?.includes('T') ? after(task.time_zone, changes.time_zone) : undefined),
    ...only('priority', after(task.priority, changes.priority)),
    ...only('tags', after(task.tags, changes.tags?.length === 0 ? null : changes.tags)),
    ...only('recurrence', recurrence),
    ...only('recurs_from', recurrence && counted(after(task.recurs_from, changes.recurs_from))),
    ...only('position', task.position),
    ...only('completed_at', completed ? inUtc(after(task.completed_at, changes.completed_at)) : undefined),
  }
}

function after<T>(value: T | undefined, change: T | null | undefined): T | undefined {
  return change === undefined ? value : (change ?? undefined)
}

/** As the API answers a time; one that it will refuse stays as it is. */
function inUtc(time: string | undefined): string | undefined {
  const milliseconds = Date.parse(time ?? '')
  return Number.isNaN(milliseconds) ? time : new Date(milliseconds).toISOString()
}

/** The default is absent from answers. */
function counted(from: TaskChanges['recurs_from']): Task['recurs_from'] {
  return from === 'completed' ? from : undefined
}

function only<Name extends keyof Task>(
  name: Name,
  value: Task[Name] | '' | undefined,
): Partial<Pick<Task, Name>> {
  const field: Partial<Task> = value === undefined || value === '' ? {} : { [name]: value }
  return field
}
