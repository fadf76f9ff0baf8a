import type { Task } from '../types.ts'
import { conflictOf } from './conflicts.ts'
import { placeOf } from './place.ts'
import { type Shown, showStep } from './show.ts'
import type { Entry, Meta, Row } from './storage.ts'
import type { Action, Network, Refusal, ReplicaState } from './types.ts'

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
    conflicts: entries.flatMap((entry) => conflictOf(entry, rows.get(entry.steps[0]?.operation.id ?? ''))),
    refusals: refusalsOf(entries),
    network,
    complete: meta.complete,
  }
}

/** An acknowledged one is still shown, until the feed has told its effect. */
function pendingOf(entries: readonly Entry[]): Entry[] {
  return entries.filter(({ status }) => status === 'waiting' || status === 'acknowledged')
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
