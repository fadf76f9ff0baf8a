import type { Task } from '../types.ts'
import { placeOf } from './place.ts'
import { isSame } from './record.ts'
import { type Shown, showStep } from './show.ts'
import type { Entry, Meta, Row } from './storage.ts'
import type { Action, Conflict, Network, Refusal, ReplicaState } from './types.ts'

/** All that a replica has in memory. */
export interface Contents {
  meta: Meta
  rows: ReadonlyMap<string, Row>
  entries: readonly Entry[]
  network: Network
  preview: ReadonlyMap<string, Task>
  /** The greatest place of a confirmed task. */
  top: string
}

/** One task as it is shown: as it is confirmed, and over that the pending steps, in order. */
export function shownAt(id: string, { meta, rows, entries, preview, top }: Contents): Shown | undefined {
  const row = rows.get(id)
  const early = meta.complete ? undefined : preview.get(id)
  let shown: Shown | undefined = early && { task: early, isDeleted: false }
  if (row) shown = { task: row.task, isDeleted: row.deletedAt !== undefined }
  for (const { steps } of pendingOf(entries)) {
    for (const step of steps) {
      if (step.operation.id === id) shown = shown ? showStep(shown, step) : onTop(showStep(shown, step), top)
    }
  }
  return shown
}

/**
 * A task that is made here stands above all that is confirmed, as it will once it is sent: the API dates it then. Until
 * then this device's clock dates it, which may be behind, and is behind wherever an earlier task was sent since.
 */
function onTop(made: Shown | undefined, top: string): Shown | undefined {
  if (made === undefined || placeOf(made.task) > top) return made
  return { ...made, task: { ...made.task, position: top + placeOf(made.task) } }
}

/** All tasks as they are shown. */
export function snapshotOf(contents: Contents): ReplicaState {
  const { meta, rows, entries, network, preview } = contents
  const tasks = new Map<string, Task>(meta.complete ? [] : preview)
  const deleted = new Map<string, Task>()
  for (const [id, row] of rows) {
    if (row.deletedAt === undefined) tasks.set(id, row.task)
    else {
      deleted.set(id, row.task)
      tasks.delete(id)
    }
  }
  const touched = new Set(
    pendingOf(entries).flatMap(({ steps }) => steps.map(({ operation }) => operation.id)),
  )
  for (const id of touched) {
    const shown = shownAt(id, contents)
    tasks.delete(id)
    deleted.delete(id)
    if (shown) (shown.isDeleted ? deleted : tasks).set(id, shown.task)
  }
  const pending = actionsOf(entries.filter(({ status }) => status === 'waiting'))
  return {
    tasks,
    deleted,
    unsent: pending.length,
    pending,
    conflicts: entries.flatMap((entry) => conflictOf(entry, rows)),
    refusals: refusalsOf(entries),
    network,
    complete: meta.complete,
  }
}

/** An acknowledged one is still shown, until the feed has told its effect. */
function pendingOf(entries: readonly Entry[]): Entry[] {
  return entries.filter(({ status }) => status === 'waiting' || status === 'acknowledged')
}

/** None where theirs has become mine meanwhile. */
function conflictOf({ status, action, steps }: Entry, rows: ReadonlyMap<string, Row>): Conflict[] {
  const [step] = steps
  if (status !== 'conflict' || step?.operation.op !== 'update') return []
  const { id, changes } = step.operation
  const mine = new Map<string, unknown>(Object.entries(changes))
  const theirs = new Map<string, unknown>(Object.entries(rows.get(id)?.task ?? {}))
  const fields = Object.keys(step.base ?? {})
    .map((field) => ({ field, mine: mine.get(field) ?? null, theirs: theirs.get(field) ?? null }))
    .filter((field) => !isSame(field.mine, field.theirs))
  return fields.length === 0 ? [] : [{ action, id, fields }]
}

function actionsOf(entries: readonly Entry[]): Action[] {
  return [...new Map(entries.map(({ action }) => [action.id, action])).values()]
}

function refusalsOf(entries: readonly Entry[]): Refusal[] {
  const refusals = new Map<string, Refusal>()
  for (const { status, action, steps, problem } of entries) {
    if (status !== 'refused' || problem === undefined) continue
    const first = refusals.get(action.id) ?? { action, operations: [], problem }
    const operations = [...first.operations, ...steps.map(({ operation }) => operation)]
    refusals.set(action.id, { ...first, operations })
  }
  return [...refusals.values()]
}
