import { part, valuesOf, withGroups } from './judge.ts'
import { isSame } from './record.ts'
import type { Entry, Row, Step, StoreChanges } from './storage.ts'
import type { Conflict } from './types.ts'

/** None where theirs has become mine meanwhile. */
export function conflictOf({ status, action, steps }: Entry, row: Row | undefined): Conflict[] {
  const [step] = steps
  if (status !== 'conflict' || step?.operation.op !== 'update') return []
  const { id, changes } = step.operation
  const [mine, theirs] = [valuesOf(changes), valuesOf(row?.task)]
  const fields = Object.keys(step.base ?? {})
    .map((field) => ({ field, mine: mine[field] ?? null, theirs: theirs[field] ?? null }))
    .filter((field) => !isSame(field.mine, field.theirs))
  return fields.length === 0 ? [] : [{ action, id, fields }]
}

export function isConflictOf(id: string): (entry: Entry) => boolean {
  return ({ status, steps }) => status === 'conflict' && steps[0]?.operation.id === id
}

/**
 * Changes of rows, with the ends of the conflicts that they settle: where theirs has become mine there is nothing to
 * ask, and there will not be where somebody changes that later.
 */
export function withSettled(
  changes: StoreChanges,
  entries: readonly Entry[],
  rowAfter: (id: string) => Row | undefined,
): StoreChanges {
  const [put, remove] = [[...(changes.put ?? [])], [...(changes.remove ?? [])]]
  for (const entry of entries.filter(({ status }) => status === 'conflict')) {
    const [step] = entry.steps
    const row = step && rowAfter(step.operation.id)
    if (step === undefined || row === undefined) continue
    const fields = conflictOf(entry, row).flatMap((conflict) => conflict.fields)
    const { conflicting } = part(step, withGroups(fields.map(({ field }) => field)))
    if (conflicting === undefined) remove.push(entry.number)
    else if (sizeOf(conflicting) < sizeOf(step)) put.push({ ...entry, steps: [conflicting] })
  }
  return { ...changes, put, remove }
}

const sizeOf = ({ base = {} }: Step) => Object.keys(base).length

type Field = Conflict['fields'][number]

/** Parts a conflict by what somebody saw of it: fields of which either version is another one by now stay `open`. */
export function partSeen(
  entry: Entry,
  seen: Conflict,
  row: Row | undefined,
): { answered?: Step; open?: Step } {
  const [step] = entry.steps
  if (step === undefined) return {}
  const isSeen = ({ field, mine, theirs }: Field) =>
    seen.fields.some((one) => one.field === field && isSame(one.mine, mine) && isSame(one.theirs, theirs))
  const unseen = conflictOf(entry, row)
    .flatMap(({ fields }) => fields)
    .filter((field) => !isSeen(field))
  const { clear, conflicting } = part(step, withGroups(unseen.map(({ field }) => field)))
  return { ...(clear && { answered: clear }), ...(conflicting && { open: conflicting }) }
}
