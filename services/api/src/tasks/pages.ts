import type { Owner } from '../database/owner.ts'
import type { Step } from '../database/statement.ts'
import { boundOf } from '../planning/place-time.ts'
import { hasTask, toTask } from './columns.ts'
import type { Filter, Listing, Page } from './listing.ts'
import { type PageShape, type ParameterName, parametersOf, startsOf } from './page-shapes.ts'
import { type PageRow, pageStatement } from './page-statements.ts'
import type { Task } from './schema.ts'
import { orderOf } from './sorts.ts'

/** Dues are texts that begin with a digit. */
const BELOW_ANY_DUE = ''
const ABOVE_ANY_DUE = ':'

export function pageStep(owner: Owner, listing: Listing): Step<PageRow> {
  const shape = shapeOf(listing)
  const values: Partial<Record<ParameterName, unknown>> = Object.assign(wantedBy(listing), startOf(listing))
  // One row more than the page has tells whether there is another page.
  values.limit = listing.perPage + 1
  return owner.step(pageStatement(shape), ...parametersOf(shape).map((name) => values[name] ?? null))
}

function shapeOf(listing: Listing): PageShape {
  const { column, descending, page, after } = listing
  const wanted = isMatching(listing) ? 'matching' : hasRange(listing) ? 'range' : 'all'
  const isFirst = wanted === 'all' && page === 1 && startsOf(column).includes('first')
  const start = after !== undefined ? 'after' : isFirst ? 'first' : 'offset'
  const completed = wanted === 'matching' ? undefined : listing.completed
  return { column, descending, completed, start, wanted }
}

function wantedBy({ completed, search, tag, dueFrom, dueBefore }: Filter) {
  const wanted = { completed: completed === undefined ? [true, false] : [completed], search, tag }
  if (dueFrom === undefined && dueBefore === undefined) return wanted
  return { ...wanted, due_from: dueFrom ?? BELOW_ANY_DUE, due_before: dueBefore ?? ABOVE_ANY_DUE }
}

function startOf({ column, descending, page, perPage, after }: Listing) {
  if (after === undefined) return { offset: ((page ?? 1) - 1) * perPage }
  const { value, id, createdAt } = after
  const { kind } = orderOf[column]
  if (kind === 'nullable')
    return { value, id, time: createdAt, time_without: value === null ? createdAt : 'infinity' }
  if (kind === 'plain') return { value, id }
  const bound = boundOf(String(value), id, descending ? 'above' : 'below')
  return { value, id, time: bound.time, time_id: bound.id }
}

/** Whether the list is more than a range of dues in the order of these: then what matches is looked for, and sorted. */
export function isMatching(listing: Listing): boolean {
  const { search, tag, column } = listing
  return search !== undefined || tag !== undefined || (hasRange(listing) && column !== 'due')
}

function hasRange({ dueFrom, dueBefore }: Filter): boolean {
  return dueFrom !== undefined || dueBefore !== undefined
}

export function toPage(listing: Listing, rows: PageRow[]): Page<Task> {
  const [first] = rows
  return {
    items: rows.slice(0, listing.perPage).filter(hasTask).map(toTask),
    total: first === undefined ? 0 : totalOf(listing, first),
    hasMore: rows.length > listing.perPage,
    revision: first?.revision ?? 0,
  }
}

function totalOf({ completed }: Filter, row: PageRow): number {
  if ('match_count' in row) return row.match_count
  const { task_count: all, completed_count: done } = row
  return completed === undefined ? all : completed ? done : all - done
}
