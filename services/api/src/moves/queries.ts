import type { Owner } from '../database/owner.ts'
import type { Run } from '../database/statement.ts'
import { boundOf } from '../planning/place-time.ts'
import { placesBetween } from '../planning/position.ts'
import { hasTask, type StoredRow, type TaskRow } from '../tasks/columns.ts'
import { type PageShape, parametersOf } from '../tasks/page-shapes.ts'
import { pageStatement } from '../tasks/page-statements.ts'
import type { Move } from './schema.ts'
import { moveStatements } from './statements.ts'

/** Next to which task another one is put: `before` is above. */
export interface Destination {
  neighbour: string
  side: 'before' | 'after'
}

/** Of a move that was validated, and so has one of the two. */
export function destinationOf({ before, after = '' }: Move): Destination {
  return before === undefined ? { neighbour: after, side: 'after' } : { neighbour: before, side: 'before' }
}

/** Why a task was not moved. */
export type Unmoved = 'task not found' | 'neighbour not found' | 'task has changed'

/** How many of the tasks beyond the neighbour are read first, and how many times more if all are at its place. */
const FIRST_LOOK = 2
const FURTHER = 100

/**
 * Moves a task, in a transaction that is open: two round trips to look, and one to write.
 *
 * Tasks beyond the neighbour that have its very place get places of their own, so that there is room between.
 *
 * @param revisions those at which the task may be moved (If-Match); undefined is any.
 */
export async function moveTask(
  owner: Owner,
  run: Run,
  id: string,
  { neighbour: neighbourId, side }: Destination,
  revisions?: readonly number[],
): Promise<StoredRow | Unmoved> {
  const [, found] = await run([owner.lockList(), owner.step(moveStatements.find, [id, neighbourId])])
  const [task, neighbour] = [id, neighbourId].map((wanted) => found.find((row) => row.id === wanted))
  if (task === undefined) return 'task not found'
  if (neighbour === undefined) return 'neighbour not found'
  if (revisions !== undefined && !revisions.includes(task.revision)) return 'task has changed'
  const { ties, far } = await beyond(owner, run, neighbour, side, id)
  const ids = [id, ...ties.map((tie) => tie.id)]
  const places = placesFor(placeOf(neighbour), far && placeOf(far), side, ids.length)
  if (ids.length === 1 && places[0] === task.position) return task
  const [, moved] = await run([
    owner.step(moveStatements.count, ids, owner.clock),
    owner.step(moveStatements.place, ids, places),
  ])
  return moved.find((row) => row.id === id) ?? 'task not found'
}

/** Nearest to the neighbour first. A task on top stays below those that are created later. */
function placesFor(
  here: string,
  far: string | undefined,
  side: Destination['side'],
  count: number,
): string[] {
  if (side === 'after') return placesBetween(far ?? null, here, count).toReversed()
  const now = new Date().toISOString()
  return placesBetween(here, far ?? (here < now ? now : null), count)
}

/** Of the tasks beyond the neighbour, without the one that moves: those at its place, and the first that is not. */
async function beyond(
  owner: Owner,
  run: Run,
  neighbour: TaskRow,
  side: Destination['side'],
  moving: string,
): Promise<{ ties: TaskRow[]; far: TaskRow | undefined }> {
  const here = placeOf(neighbour)
  for (let limit = FIRST_LOOK; ; limit *= FURTHER) {
    const [rows] = await run([owner.step(pageStatement(shapeOf(side)), ...valuesOf(neighbour, side, limit))])
    const others = rows.filter(hasTask).filter((row) => row.id !== moving)
    const index = others.findIndex((row) => placeOf(row) !== here)
    if (index >= 0) return { ties: others.slice(0, index), far: others[index] }
    if (rows.length < limit) return { ties: others, far: undefined }
  }
}

/** The page of the order by hand that goes on from a task, upwards or downwards. */
function shapeOf(side: Destination['side']): PageShape {
  return {
    ...{
      column: 'position',
      descending: side === 'before',
      completed: undefined,
      start: 'after',
      wanted: 'all',
    },
  }
}

function valuesOf(neighbour: TaskRow, side: Destination['side'], limit: number): unknown[] {
  const [value, id] = [placeOf(neighbour), neighbour.id]
  const bound = boundOf(value, id, side === 'before' ? 'above' : 'below')
  const values: Record<string, unknown> = { limit, value, id, time: bound.time, time_id: bound.id }
  return parametersOf(shapeOf(side)).map((name) => values[name])
}

function placeOf({ position, created_at: createdAt }: TaskRow): string {
  return position ?? createdAt
}
