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
  /** What rows are drawn again for other tasks, by the id of the task; those that have none are drawn anew. */
  places: ReadonlyMap<string, string>
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

/** As many rows as are ever seen at once. */
const MOST_PLACES = 60

/**
 * The rows of a search, by their places: each letter finds others, and to change the words in a row takes a small part of
 * the time that a new row does. For the same query a row stays with its task, whatever comes or goes around it.
 */
export class Places {
  #query = ''
  #byTask: ReadonlyMap<string, string> = new Map()

  of(route: Route, tasks: readonly Task[]): ReadonlyMap<string, string> {
    const query = route.view === 'search' ? route.query : ''
    if (query !== this.#query) {
      this.#query = query
      const seen = query === '' ? [] : tasks.slice(0, MOST_PLACES)
      this.#byTask = new Map(seen.map(({ id }, index) => [id, `place ${index}`]))
    }
    return this.#byTask
  }
}

export function rowsOf(sections: readonly Section[]): Omit<Rows, 'places'> {
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
