/** The times that a task may have been created at, as milliseconds: those of the years 1 to 9999. */
const FIRST = Date.parse('0001-01-01T00:00:00.000Z')
const LAST = Date.parse('9999-12-31T23:59:59.999Z')
const LOWEST_ID = '00000000-0000-0000-0000-000000000000'
const HIGHEST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** A time of creation and an id to compare with those of tasks that were never moved. */
export interface Bound {
  time: string
  id: string
}

/** Between which of the tasks that were never moved, by time of creation and id, a place with an id is. */
export function boundOf(place: string, id: string, side: 'above' | 'below'): Bound {
  const time = lastUntil(place)
  if (time === undefined) return { time: '-infinity', id: HIGHEST_ID }
  const text = textOf(time)
  if (text === place) return { time: text, id }
  if (side === 'above') return { time: text, id: HIGHEST_ID }
  return { time: time === LAST ? 'infinity' : textOf(time + 1), id: LOWEST_ID }
}

/** The last time whose text is not above the place; texts of times are in the order of the times. */
function lastUntil(place: string): number | undefined {
  if (textOf(FIRST) > place) return undefined
  let [low, high] = [FIRST, LAST]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (textOf(middle) > place) high = middle - 1
    else low = middle
  }
  return low
}

function textOf(time: number): string {
  return new Date(time).toISOString()
}
