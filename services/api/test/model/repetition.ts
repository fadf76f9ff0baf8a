import { hasTime } from '../../src/planning/due.ts'
import { dayOfCompletion, nextOccurrence } from '../../src/recurrence/recurrence.ts'
import type { Changes } from './commands.ts'
import type { Known, ModelTask, World } from './model.ts'

/** Whether what was sent contradicts itself, whatever the task is like. */
export function isContradiction(sent: Changes, isNew = false): boolean {
  const { due = isNew ? null : undefined, recurrence = isNew ? null : undefined } = sent
  return (
    (isSet(sent.time_zone) && due !== undefined && (due === null || !hasTime(due))) ||
    (isSet(sent.recurrence) && due === null) ||
    (isSet(sent.recurs_from) && (due === null || recurrence === null)) ||
    (sent.completed_at !== undefined && sent.completed !== true)
  )
}

const isSet = (value: string | null | undefined) => value !== undefined && value !== null

/** The task with what was sent, each field absent that is not set or has lost its footing; undefined: one lacks it. */
export function planned(task: ModelTask, sent: Changes): ModelTask | undefined {
  const merged: Record<string, unknown> = { ...task, ...sent }
  if (typeof sent.title === 'string') merged.title = sent.title.trim()
  if (isSet(sent.recurrence)) merged.recurrence = sent.recurrence?.toUpperCase()
  if (sent.completed_at !== undefined) merged.completed_at = new Date(sent.completed_at).toISOString()
  if (Array.isArray(merged.tags) && merged.tags.length === 0) merged.tags = null
  if (merged.due === null || merged.due === undefined) merged.recurrence = null
  if (typeof merged.due !== 'string' || !hasTime(merged.due)) merged.time_zone = null
  if (merged.recurrence === null || merged.recurrence === undefined) merged.recurs_from = null
  if (merged.completed !== true) merged.completed_at = null
  const lost = (['time_zone', 'recurrence', 'recurs_from'] as const).some(
    (name) => isSet(sent[name]) && merged[name] === null,
  )
  const kept = Object.entries(merged).filter(
    ([name, value]) => name === 'description' || (value !== null && value !== undefined),
  )
  return lost ? undefined : (Object.fromEntries(kept) as unknown as ModelTask)
}

/**
 * What a change of a task means for the one that comes next: the world with it, or without it, and its id. The id that
 * was told is believed where one is due; its time is the task's.
 */
export function followed(
  world: World,
  before: Known,
  after: Known,
  sent: Changes,
  told: string | undefined,
): { world: World; next: string | undefined } | { wrong: string } {
  if (after.task.completed && !before.task.completed && before.next === undefined) {
    return madeNext(world, after, sent, told)
  }
  if (before.task.completed && !after.task.completed)
    return { world: takenBack(world, after), next: undefined }
  return { world, next: sent.completed === true && after.task.completed ? before.next : undefined }
}

function madeNext(
  world: World,
  after: Known,
  sent: Changes,
  told: string | undefined,
): { world: World; next: string | undefined } | { wrong: string } {
  const { due, recurrence, time_zone = null, recurs_from = null } = after.task
  if (due === undefined || recurrence === undefined) return { world, next: undefined }
  const day = dayOfCompletion(sent.completed_at, Date.parse(sent.completed_at ?? ''), time_zone)
  const next = nextOccurrence({ due, recurrence, time_zone, recurs_from }, day)
  if (next === undefined) return { world, next: undefined }
  if (told === undefined || world.some(({ task }) => task.id === told))
    return { wrong: 'there is no new next one' }
  const created_at = new Date(Number.parseInt(told.replace('-', '').slice(0, 12), 16)).toISOString()
  const { completed_at: _, position: __, ...rest } = after.task
  const task = { ...rest, ...next, id: told, completed: false, created_at, updated_at: created_at }
  const etag = `"${Number(after.etag?.slice(1, -1)) + 1}"`
  const made = world.map((known) => (known.task.id === after.task.id ? { ...known, next: told } : known))
  return { world: [...made, { task, etag, isDeleted: false }], next: told }
}

export function takenBack(world: World, { task: { id }, next }: Known): World {
  const made = world.find((known) => known.task.id === next)
  const isAsMade = made?.isDeleted === false && made.task.updated_at === made.task.created_at
  if (!isAsMade || made.task.completed) return world
  return world.flatMap((known): Known[] => {
    if (known === made) return [{ ...known, isDeleted: true, isPurged: true }]
    const { next: _, ...alone } = known
    return [known.task.id === id ? alone : known]
  })
}
