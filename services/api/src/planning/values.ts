import { parseRecurrence } from '../recurrence/rule.ts'
import { isDue } from './due.ts'
import { type Plan, type Unfounded, unfoundedIn } from './footing.ts'
import { timeZoneOf } from './time-zone.ts'

/** A value as it is kept, or why the one that was sent is none: words that go on from the name of its field. */
type Reading = { value: string } | { refusal: string }

const AHEAD_MILLISECONDS = 60_000

/** How a text is read, by the name that `x-value` has in its schema. */
export const values: Record<string, (text: string) => Reading> = {
  due: (text) =>
    isDue(text)
      ? { value: text }
      : {
          refusal:
            'must be a day of the years 1970 to 9999, such as 2026-12-01, or with a time 2026-12-01T09:00',
        },
  'time zone': (text) => {
    const value = timeZoneOf(text)
    return value === undefined ? { refusal: 'must be an IANA time zone, such as Europe/Zurich' } : { value }
  },
  recurrence: (text) => {
    const rule = parseRecurrence(text)
    return 'refusal' in rule ? rule : { value: rule.text }
  },
  // As it was sent: its offset tells on which day it was.
  completion: (text) =>
    Date.parse(text.toUpperCase()) > Date.now() + AHEAD_MILLISECONDS
      ? { refusal: 'must not be in the future' }
      : { value: text },
  tag: (text) =>
    /\p{Cc}/u.test(text) ? { refusal: 'must not contain control characters' } : { value: text },
}

/** What is at fault in a value as a whole: the place within it, and words that go on from there. */
export interface WholeFault {
  place: string
  message: string
}

/** How an object or an array is judged behind its parts, by the name that `x-whole` has in its schema. */
export const wholes: Record<string, (value: object) => WholeFault[]> = {
  tags: (tags) => {
    const seen = new Set<unknown>()
    return Object.values(tags).flatMap((tag, index) => {
      const isRepeated = seen.has(tag)
      seen.add(tag)
      return isRepeated ? [{ place: String(index), message: 'is there already' }] : []
    })
  },
  // Without what was not set, as a task is answered.
  'new task': (task: Plan & { tags?: unknown }) => {
    const faults = unfoundedIn(task, { due: null, recurrence: null, ...task }).map(toFault)
    if (Array.isArray(task.tags) && task.tags.length === 0) delete task.tags
    if (task.recurs_from === 'due') delete task.recurs_from
    return faults
  },
  move: faultsOfMove,
  changes: (changes: Plan & { tags?: unknown }) => {
    const faults = unfoundedIn(changes, changes).map(toFault)
    if (Array.isArray(changes.tags) && changes.tags.length === 0) changes.tags = null
    if (changes.recurs_from === 'due') changes.recurs_from = null
    return faults
  },
}

export const NOT_ITSELF = 'must be another task'

function faultsOfMove({ id, before, after }: { id?: string; before?: string; after?: string }): WholeFault[] {
  if (before === undefined && after === undefined)
    return [{ place: 'before', message: 'is required, or after' }]
  if (before !== undefined && after !== undefined)
    return [{ place: 'after', message: 'must not stand beside before' }]
  if (id === undefined || (before ?? after) !== id) return []
  return [{ place: before === undefined ? 'after' : 'before', message: NOT_ITSELF }]
}

function toFault({ field, message }: Unfounded): WholeFault {
  return { place: field, message }
}
