import type { TaskChanges } from '../types.ts'
import { isSame } from './record.ts'
import { type Shown, showStep } from './show.ts'
import type { Entry, Row, Step } from './storage.ts'
import type { ReplicaOperation } from './types.ts'
import type { Answer } from './wire.ts'

type Rows = ReadonlyMap<string, Row>
type Values = Record<string, unknown>

/** Fields that mean something only together: a change of one of them elsewhere puts all in question. */
const SCHEDULE = ['due', 'time_zone', 'recurrence', 'recurs_from']
const COMPLETION = ['completed', 'completed_at']

/**
 * Parts steps by the changes made elsewhere since. `conflicting` has the fields of updates that were changed here and
 * there, to different values; all else is `clear`, and goes on.
 */
export function judge(steps: readonly Step[], rows: Rows): { clear: Step[]; conflicting: Step[] } {
  const clear: Step[] = []
  const conflicting: Step[] = []
  const disputed = new Map<string, Set<string>>()
  for (const step of steps) {
    const { id } = step.operation
    const fields = disputed.get(id) ?? disputedFields(stepsOf(id, steps), rows.get(id))
    disputed.set(id, fields)
    const parts = part(step, fields)
    if (parts.clear) clear.push(parts.clear)
    if (parts.conflicting) conflicting.push(parts.conflicting)
  }
  return { clear, conflicting }
}

function stepsOf(id: string, steps: readonly Step[]): Step[] {
  return steps.filter(({ operation }) => operation.id === id)
}

/**
 * Updates before moves, each after all else that is done to its task. A move may give places of their own to others that
 * share one, and then the tag of such a task is another one than a condition on it says, however new that is.
 */
export function updatesFirst(steps: readonly Step[]): Step[] {
  const ordered: Step[] = []
  for (const step of steps) {
    const { op, id } = step.operation
    const last = ordered.findLastIndex(({ operation: before }) => {
      return op !== 'update' || before.op === 'update' || (before.op !== 'move' && before.id === id)
    })
    ordered.splice(last + 1, 0, step)
  }
  return ordered
}

/**
 * The fields of a task that are not as they were before these steps, nor as they will be after them. A value in between
 * disputes nothing: where the last step brings a field to where it is, all of them are done and there is nothing to ask.
 */
function disputedFields(steps: readonly Step[], row: Row | undefined): Set<string> {
  if (row === undefined || row.deletedAt !== undefined) return new Set()
  const before: Values = Object.assign({}, ...steps.map(({ base }) => base).toReversed())
  let mine: Shown | undefined = { task: row.task, isDeleted: false }
  for (const step of steps) mine = showStep(mine, step)
  const [now, wanted] = [valuesOf(row.task), valuesOf(mine?.task)]
  const fields = Object.keys(before).filter((field) => {
    return !isSame(now[field], before[field]) && !isSame(now[field], wanted[field])
  })
  return withGroups(fields)
}

/** Fields, and all that mean something only together with one of them. */
export function withGroups(fields: readonly string[]): Set<string> {
  const groups = [SCHEDULE, COMPLETION].filter((group) => group.some((field) => fields.includes(field)))
  return new Set([...fields, ...groups.flat()])
}

/** Parts an update by its fields. */
export function part(step: Step, disputed: ReadonlySet<string>): { clear?: Step; conflicting?: Step } {
  const { operation, base = {} } = step
  if (operation.op !== 'update') return { clear: step }
  const { changes } = operation
  if (!Object.keys({ ...base, ...changes }).some((field) => disputed.has(field))) return { clear: step }
  const partOf = (isPicked: (field: string) => boolean): Step => {
    const picked: TaskChanges = pick(changes, isPicked)
    return { ...step, operation: { ...operation, changes: picked }, base: pick(base, isPicked) }
  }
  const clear = partOf((field) => !disputed.has(field))
  const isEmpty = clear.operation.op === 'update' && Object.keys(clear.operation.changes).length === 0
  const conflicting = partOf((field) => disputed.has(field))
  return isEmpty ? { conflicting } : { clear, conflicting }
}

function pick(values: object, isPicked: (field: string) => boolean): Values {
  return Object.fromEntries(Object.entries(values).filter(([field]) => isPicked(field)))
}

/** A later conflict of the same task joins the first one. */
export function joinConflicts(first: Step, later: Step): Step {
  if (first.operation.op !== 'update' || later.operation.op !== 'update') return later
  const { completed_at, ...changes } = { ...first.operation.changes, ...later.operation.changes }
  const isDone = changes.completed === true && completed_at !== undefined
  return {
    ...later,
    operation: { ...later.operation, changes: isDone ? { ...changes, completed_at } : changes },
    base: { ...later.base, ...first.base },
  }
}

/** No task has this tag. */
const UNMATCHED = '""'

/**
 * The bodies of a batch. Where a task is updated, the first operation on it is on condition that it is as it was judged:
 * the others come after that one, under the same lock. One that was not there to be judged may be there by then, out of
 * the trash, with texts that nobody has seen here: no state of it will do.
 */
export function bodiesOf(steps: readonly Step[], rows: Rows): Values[] {
  const met = new Set<string>()
  return steps.map(({ operation }) => {
    const { op, id } = operation
    const isFirst = !met.has(id)
    met.add(id)
    const isJudged = isFirst && op !== 'create' && has(id, 'update', steps)
    const condition = isJudged && { if_match: rows.get(id)?.etag ?? UNMATCHED }
    if (operation.op !== 'update') return { ...operation, ...condition }
    return { op, id, ...operation.changes, ...condition }
  })
}

function has(id: string, op: ReplicaOperation['op'], steps: readonly Step[]): boolean {
  return steps.some(({ operation }) => operation.op === op && operation.id === id)
}

/** A task's fields as they became; and as they were expected to become, unless what came next is sure to rest on that. */
export interface Correction {
  id: string
  thought?: Values
  became: Values
}

/**
 * After an answer: each task as these steps were expected to make it, and as the API made it. Of a repeated answer, or
 * where nothing was on condition, others may have changed the task before: only what these steps set is taken from it.
 */
export function correctionsOf(
  steps: readonly Step[],
  rows: Rows,
  answer: Answer & { kind: 'done' },
): Correction[] {
  // Of several answers to one task, the last one says how it is.
  const last = new Map(answer.rows.map((row) => [row.id, row]))
  return [...last.values()].map(({ id, task }) => {
    const isMade = has(id, 'create', steps)
    // The feed may have told of it already; but these steps, and all that came after them, met no row.
    const row = isMade ? undefined : rows.get(id)
    let shown = row && { task: row.task, isDeleted: row.deletedAt !== undefined }
    for (const step of steps) if (step.operation.id === id) shown = showStep(shown, step)
    const [before, thought] = [valuesOf(row?.task), valuesOf(shown?.task)]
    const isOurs = isMade || (row !== undefined && !answer.isReplayed && has(id, 'update', steps))
    const became = pick(valuesOf(task), (field) => isOurs || !isSame(before[field], thought[field]))
    return { id, thought, became }
  })
}

/**
 * Of steps that are not done after all, the last one first: each field is as it was before. What they would have made of it
 * is not compared: a later step was taken when that was shown, in the API's way of writing, which may not be the step's.
 */
export function withdrawalsOf(steps: readonly Step[]): Correction[] {
  return steps.toReversed().flatMap(({ operation: { op, id }, base = {} }) => {
    return op === 'update' ? [{ id, became: base }] : []
  })
}

/** Bases later steps on the values that came, where they were based on expected ones; gives those that changed. */
export function corrected(entries: readonly Entry[], corrections: readonly Correction[]): Entry[] {
  const open = corrections.map(opened)
  return entries.flatMap((entry) => {
    const steps = entry.steps.map((step) => rebased(step, open))
    return steps.every((step, index) => step === entry.steps[index]) ? [] : [{ ...entry, steps }]
  })
}

/**
 * The steps that stay where others are taken out, each based on the values without those; and what is still to be
 * corrected behind them: of fields that no step which stays has set since.
 */
export function without(steps: readonly Step[], out: readonly Step[]): [left: Step[], behind: Correction[]] {
  const open: OpenCorrection[] = []
  const left = steps.flatMap((step) => {
    if (!out.includes(step)) return [rebased(step, open)]
    open.unshift(...withdrawalsOf([step]).map(opened))
    return []
  })
  return [left, open]
}

/** With the fields that no step has set since. */
type OpenCorrection = Correction & { fields: Set<string> }

/** One that is open already keeps the fields that are left of it. */
function opened(correction: Correction): OpenCorrection {
  return { fields: new Set(Object.keys(correction.became)), ...correction }
}

function rebased(step: Step, open: readonly OpenCorrection[]): Step {
  if (step.operation.op !== 'update') return step
  const base = { ...step.base }
  let isChanged = false
  for (const { id, thought, became, fields } of open) {
    if (id !== step.operation.id) continue
    for (const field of Object.keys(base)) {
      // Later steps are based on this one.
      if (!fields.delete(field)) continue
      if ((thought && !isSame(base[field], thought[field])) || isSame(base[field], became[field])) continue
      base[field] = became[field] ?? null
      isChanged = true
    }
  }
  return isChanged ? { ...step, base } : step
}

export function valuesOf(task: object | undefined): Values {
  return { ...task }
}
