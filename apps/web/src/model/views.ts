import { compareByPlace } from '@tasklane/client/replica'
import type { Task } from './task.ts'
import { inReadersZone } from './zone.ts'

/** Where and when the reader is. */
export interface Reader {
  today: string
  zone: string
}

export type Order = 'hand' | 'due' | 'priority' | 'age'
export const ORDERS = ['hand', 'due', 'priority', 'age'] as const

/** Of that name; by hand where there is none. */
export function orderOf(name: string | null): Order {
  return ORDERS.find((order) => order === name) ?? 'hand'
}

/** Tasks under one heading; without a heading, all that there are. */
export interface Section {
  /** `overdue`, or a day. */
  heading?: string
  tasks: readonly Task[]
}

/** When it is due by the reader's clock. */
export function dueFor(task: Task, { zone }: Reader): string | undefined {
  return task.due === undefined ? undefined : inReadersZone(task.due, task.time_zone, zone)
}

export function isOverdue(task: Task, reader: Reader): boolean {
  const due = dueFor(task, reader)
  return due !== undefined && !task.completed && due.slice(0, 10) < reader.today
}

const open = (task: Task) => !task.completed

export function allOf(tasks: readonly Task[]): Task[] {
  return tasks.filter(open)
}

/** Overdue first, in the order in which they were due. */
export function todayOf(tasks: readonly Task[], reader: Reader): Section[] {
  const due = dueUpTo(tasks, reader)
  const overdue = due.filter((task) => isOverdue(task, reader))
  const today = due.filter((task) => !isOverdue(task, reader))
  if (overdue.length === 0) return [{ tasks: today }]
  return [
    { heading: 'overdue', tasks: inOrder(overdue, 'due', reader) },
    { heading: reader.today, tasks: today },
  ].filter(({ tasks: some }) => some.length > 0)
}

function dueUpTo(tasks: readonly Task[], reader: Reader): Task[] {
  return tasks.filter(
    (task) => open(task) && (dueFor(task, reader)?.slice(0, 10) ?? '9999-99') <= reader.today,
  )
}

/** What is due from tomorrow on, by day. */
export function upcomingOf(tasks: readonly Task[], reader: Reader): Section[] {
  const days = new Map<string, Task[]>()
  for (const task of tasks) {
    const day = open(task) ? dueFor(task, reader)?.slice(0, 10) : undefined
    if (day === undefined || day <= reader.today) continue
    const others = days.get(day)
    if (others === undefined) days.set(day, [task])
    else others.push(task)
  }
  return [...days]
    .sort(([one], [other]) => byText(one, other))
    .map(([heading, some]) => ({ heading, tasks: some }))
}

export function taggedWith(tasks: readonly Task[], tag: string): Task[] {
  return tasks.filter((task) => open(task) && (task.tags?.includes(tag) ?? false))
}

/** The last one done first. */
export function completedOf(tasks: readonly Task[]): Task[] {
  const doneAt = ({ completed_at, updated_at }: Task) => completed_at ?? updated_at
  return tasks.filter(({ completed }) => completed).sort((one, other) => byText(doneAt(other), doneAt(one)))
}

/** Without what has no due or no priority, which comes last; equal ones by hand. */
export function inOrder(tasks: readonly Task[], order: Order, reader: Reader): Task[] {
  if (order === 'hand') return [...tasks]
  if (order === 'age') return tasks.toSorted((one, other) => byText(one.created_at, other.created_at))
  if (order === 'priority')
    return tasks.toSorted((one, other) => (one.priority ?? 10) - (other.priority ?? 10))
  const keyed = tasks.map((task) => ({ task, due: dueFor(task, reader) ?? '~' }))
  return keyed.sort((one, other) => byText(one.due, other.due)).map(({ task }) => task)
}

export interface Counts {
  all: number
  today: number
  upcoming: number
  completed: number
  tags: { tag: string; count: number }[]
}

/** In one walk, since it is taken after every change. */
export function countsOf(tasks: readonly Task[], reader: Reader): Counts {
  const tags = new Map<string, number>()
  const counts = { all: 0, today: 0, upcoming: 0, completed: 0 }
  for (const task of tasks) {
    for (const tag of task.tags ?? []) tags.set(tag, (tags.get(tag) ?? 0) + (task.completed ? 0 : 1))
    counts[task.completed ? 'completed' : 'all'] += 1
    if (task.completed) continue
    const due = dueFor(task, reader)
    if (due === undefined) continue
    if (due.slice(0, 10) <= reader.today) counts.today += 1
    else counts.upcoming += 1
  }
  const byName = [...tags].sort(([one], [other]) => byText(one, other))
  return { ...counts, tags: byName.map(([tag, count]) => ({ tag, count })) }
}

/** Tasks in the order by hand, and the tasks that were so ordered. */
export interface ByHand {
  tasks: ReadonlyMap<string, Task>
  order: readonly Task[]
}

/**
 * All tasks in the order by hand. After a change nearly all are the same objects in the same order: only the others are
 * sorted, and put between them.
 */
export function byHand(tasks: ReadonlyMap<string, Task>, before?: ByHand): ByHand {
  const kept = before?.order.filter((task) => tasks.get(task.id) === task) ?? []
  if (kept.length === tasks.size) {
    // The same object where nothing has changed: then nothing that rests on it is worked out anew.
    return { tasks, order: kept.length === before?.order.length ? before.order : kept }
  }
  const isNew = (task: Task) => before?.tasks.get(task.id) !== task
  const changed = [...tasks.values()].filter(isNew).sort(compareByPlace)
  return { tasks, order: merged(kept, changed) }
}

function merged(left: readonly Task[], right: readonly Task[]): Task[] {
  const result: Task[] = []
  let at = 0
  for (const task of right) {
    for (let next = left[at]; next !== undefined && compareByPlace(next, task) <= 0; next = left[at]) {
      result.push(next)
      at += 1
    }
    result.push(task)
  }
  return result.concat(left.slice(at))
}

function byText(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
