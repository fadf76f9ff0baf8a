import { placeOf } from './place.ts'
import type { Row, StoreChanges } from './storage.ts'

/** To read as many takes a slow device a tenth of a second; fewer are shown all at once. */
export const MANY_ROWS = 2000
/** More than are seen at once. */
const FIRST_ROWS = 50

/** The topmost open tasks of those that there will be after these changes. */
export function firstRows(current: ReadonlyMap<string, Row>, changes: StoreChanges): Row[] {
  const { put = [], remove = [] } = changes.rows ?? {}
  const changed = new Set([...put.map(({ id }) => id), ...remove])
  const first: { place: string; row: Row }[] = []
  const take = (row: Row) => {
    if (row.task.completed || row.deletedAt !== undefined) return
    const place = placeOf(row.task)
    const last = first.at(-1)
    if (first.length === FIRST_ROWS && last !== undefined && place <= last.place) return
    const at = first.findIndex((other) => other.place < place)
    first.splice(at === -1 ? first.length : at, 0, { place, row })
    first.length = Math.min(first.length, FIRST_ROWS)
  }
  for (const [id, row] of current) if (!changed.has(id)) take(row)
  for (const row of put) take(row)
  return first.map(({ row }) => row)
}
