import { type Entry, emptyMeta, FORMAT, type Meta, type Row, type Stored } from './storage.ts'

/** Rows that were lost, or were written by another version, are shown as far as they can be read, and built anew. */
const REBUILD = -1

/** The usable part of a store, of whatever version. The rest is never sent and never deleted. */
export function usable(stored: {
  meta: unknown
  rows: readonly unknown[]
  outbox: readonly unknown[]
}): Stored {
  const meta = isMeta(stored.meta) ? stored.meta : { ...emptyMeta, format: REBUILD }
  const rows = stored.rows.filter(isRow)
  const isWhole = meta.format === FORMAT && rows.length === meta.count && rows.length === stored.rows.length
  const outbox = stored.outbox.filter(isEntry)
  return { meta: isWhole ? meta : { ...meta, format: REBUILD, complete: false }, rows, outbox }
}

function isMeta(value: unknown): value is Meta {
  return isRecord(value) && typeof value.format === 'number' && (value.side === 0 || value.side === 1)
}

function isRow(value: unknown): value is Row {
  if (!isRecord(value) || !isRecord(value.task)) return false
  const { id, title, created_at: createdAt } = value.task
  return value.id === id && [id, title, createdAt].every((field) => typeof field === 'string')
}

function isEntry(value: unknown): value is Entry {
  if (!isRecord(value) || typeof value.number !== 'number' || !Array.isArray(value.steps)) return false
  const isStep = (step: unknown) => isRecord(step) && isOperation(step.operation)
  return isRecord(value.action) && typeof value.status === 'string' && value.steps.every(isStep)
}

/** One that could not be shown would keep all else from being shown. */
function isOperation(value: unknown): boolean {
  return isRecord(value) && typeof value.id === 'string' && (value.op !== 'update' || isRecord(value.changes))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
