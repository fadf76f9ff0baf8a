import type { Task } from '../types.ts'

/** The least and the greatest of which the API makes places, as code points; the least never ends one. */
const LEAST = '-'.charCodeAt(0)
const GREATEST = 'z'.charCodeAt(0)

/** Where a task stands in the order by hand: its position, or when it was created if it was never moved. */
export function placeOf(task: Task): string {
  return task.position ?? task.created_at
}

/** The order by hand, topmost first: greatest place, then greatest id, both by code point. */
export function compareByPlace(a: Task, b: Task): number {
  return descending(placeOf(a), placeOf(b)) || descending(a.id, b.id)
}

/** Places are of ASCII, where JavaScript's own order of texts is that of code points. */
function descending(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? 1 : -1
}

/**
 * A place to show until the API tells its own: between two others, of which null is none. Where both are the same, it is
 * that one.
 */
export function placeBetween(below: string | null, above: string | null): string {
  if (above === null) return `${below ?? ''}m`
  return below !== null && below >= above ? below : middle(below ?? '', above)
}

function middle(below: string, above: string | null): string {
  const low = valueAt(below)
  const high = above === null ? GREATEST + 1 : valueAt(above)
  if (high - low > 1) return String.fromCharCode((low + high) / 2)
  const first = String.fromCharCode(low)
  if (low === high) return first + middle(below.slice(1), (above ?? '').slice(1))
  if (above !== null && above.length > 1) return above.charAt(0)
  return first + middle(below.slice(1), null)
}

const valueAt = (text: string) => text.charCodeAt(0) || LEAST

/** The tasks that stand directly above and below one in the order by hand. */
export function neighboursOf(task: Task, tasks: Iterable<Task>): { above?: Task; below?: Task } {
  let above: Task | undefined
  let below: Task | undefined
  for (const other of tasks) {
    if (other.id === task.id) continue
    if (compareByPlace(other, task) < 0) {
      if (above === undefined || compareByPlace(above, other) < 0) above = other
    } else if (below === undefined || compareByPlace(other, below) < 0) below = other
  }
  return { ...(above !== undefined && { above }), ...(below !== undefined && { below }) }
}
