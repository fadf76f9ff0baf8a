import type { Task } from '../../model/task.ts'
import {
  allOf,
  completedOf,
  inOrder,
  type Order,
  type Reader,
  type Section,
  taggedWith,
  todayOf,
  upcomingOf,
} from '../../model/views.ts'
import type { Route } from '../router.ts'

/** The tasks of a list, and the headings above some of them, by the id of the task. */
export interface Rows {
  tasks: readonly Task[]
  headings: ReadonlyMap<string, string>
}

export interface Sources {
  tasks: readonly Task[]
  order: Order
  reader: Reader
  search: (query: string) => readonly Task[]
}

/** The tasks that a view shows, under their headings. */
export function sectionsOf(route: Route, { tasks, order, reader, search }: Sources): Section[] {
  const ordered = (sections: Section[]) =>
    order === 'hand'
      ? sections
      : sections.map((section) => ({ ...section, tasks: inOrder(section.tasks, order, reader) }))
  switch (route.view) {
    case 'today':
      return ordered(todayOf(tasks, reader))
    case 'upcoming':
      return ordered(upcomingOf(tasks, reader))
    case 'tag':
      return ordered([{ tasks: taggedWith(tasks, route.tag) }])
    case 'completed':
      return [{ tasks: completedOf(tasks) }]
    case 'search':
      return [{ tasks: search(route.query) }]
    case 'trash':
      return []
    default:
      return ordered([{ tasks: allOf(tasks) }])
  }
}

export function rowsOf(sections: readonly Section[]): Rows {
  const headings = new Map<string, string>()
  for (const { heading, tasks } of sections) {
    const [first] = tasks
    if (first !== undefined && heading !== undefined) headings.set(first.id, heading)
  }
  const [only, ...others] = sections
  // Most lists are one section, which may be of 100,000 tasks: not copied.
  const tasks = only && others.length === 0 ? only.tasks : sections.flatMap((section) => section.tasks)
  return { tasks, headings }
}
