import { search } from '../../model/search.ts'
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

/** A row of the list; the first of a section carries its heading. */
export interface Row {
  task: Task
  heading?: string
}

/** The tasks that a view shows, under their headings. */
export function sectionsOf(route: Route, tasks: readonly Task[], order: Order, reader: Reader): Section[] {
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
      return [{ tasks: search(tasks, route.query) }]
    case 'trash':
      return []
    default:
      return ordered([{ tasks: allOf(tasks) }])
  }
}

export function rowsOf(sections: readonly Section[]): Row[] {
  return sections.flatMap(({ heading, tasks }) =>
    tasks.map((task, index) => (index === 0 && heading !== undefined ? { task, heading } : { task })),
  )
}
