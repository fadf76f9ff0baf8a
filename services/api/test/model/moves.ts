import { isDeepStrictEqual } from 'node:util'
import type { Answer } from '../support/client.ts'
import { byPlace, liveTasks, placeOf } from './lists.ts'
import type { ModelTask, World } from './model.ts'

/** A move of a task next to another one. */
export interface Moved {
  id: string
  side: 'before' | 'after'
  neighbour: string
}

/** What the order by hand was found to be after moves: the list, and the entity tags of its tasks. */
export interface Found {
  status: number
  list: Answer
  tags: ReadonlyMap<string, string | null>
}

const LONGEST_PLACE = 200

/** @returns the status of the moves, all of which are done or none, and the ids in the order that is due then. */
export function dueOrder(world: World, moves: readonly Moved[]): { status: number; ids: string[] } {
  const ids = idsByPlace(world)
  const statuses = moves.map(({ id, side, neighbour }): number => {
    if (id === neighbour) return 422
    if (!ids.includes(id) || !ids.includes(neighbour)) return 404
    ids.splice(ids.indexOf(id), 1)
    ids.splice(ids.indexOf(neighbour) + (side === 'after' ? 1 : 0), 0, id)
    return 200
  })
  const status = [422, 404].find((refusal) => statuses.includes(refusal)) ?? 200
  return { status, ids: status === 200 ? ids : idsByPlace(world) }
}

function idsByPlace(world: World): string[] {
  return liveTasks(world)
    .sort(byPlace)
    .map(({ id }) => id)
}

/**
 * Where a task is put is for the server to say. Its place must make the order that is due, and nothing changes but the
 * places of what was moved, and of tasks that share a place with another one.
 */
export function judgeMoves(
  world: World,
  moves: readonly Moved[],
  { status, list, tags }: Found,
): { world: World } | { wrong: string } {
  const due = dueOrder(world, moves)
  if (status !== due.status) return { wrong: `${due.status} was due, not ${status}` }
  const told: ModelTask[] = list.body.data
  if (!isDeepStrictEqual(due.ids, idsOf(told)) || !isDeepStrictEqual(due.ids, idsOf(told.toSorted(byPlace))))
    return { wrong: `the order is ${idsOf(told)}, not ${due.ids}` }
  const free = status === 200 ? new Set([...moves.map(({ id }) => id), ...idsOfTies(world)]) : new Set()
  const after = new Map(told.map((task) => [task.id, task]))
  for (const known of world) {
    const { id } = known.task
    const now = after.get(id)
    if (now === undefined) continue
    const before = free.has(id) ? { ...known.task, ...placed(now) } : known.task
    if (!isDeepStrictEqual(before, now)) return { wrong: `moving changed ${JSON.stringify(now)}` }
    if ((now.position ?? '').length >= LONGEST_PLACE) return { wrong: 'the place is too long' }
    const isMoved = now.position !== known.task.position
    if (isMoved !== (tags.get(id) !== known.etag)) return { wrong: `the entity tag of ${id} does not tell` }
  }
  return {
    world: world.map((known) => {
      const task = after.get(known.task.id)
      return task === undefined ? known : { ...known, task, etag: tags.get(task.id) ?? null }
    }),
  }
}

const placed = ({ position }: ModelTask) => (position === undefined ? {} : { position })
const idsOf = (tasks: readonly ModelTask[]) => tasks.map(({ id }) => id)

/** Of tasks that share a place with another one: they may get places of their own. */
function idsOfTies(world: World): string[] {
  const counts = new Map<string, number>()
  const tasks = liveTasks(world)
  for (const task of tasks) counts.set(placeOf(task), (counts.get(placeOf(task)) ?? 0) + 1)
  return idsOf(tasks.filter((task) => (counts.get(placeOf(task)) ?? 0) > 1))
}
