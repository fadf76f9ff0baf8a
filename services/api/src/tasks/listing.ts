import { invalid } from '../errors.ts'
import type { TokenSealer } from '../http/contract/sealed-token.ts'
import { namesOf } from './fields.ts'
import type { ListQuery, Task, TaskList } from './schema.ts'
import { orderOf, parseSort, type SortColumn } from './sorts.ts'

const DEFAULT_PER_PAGE = 20
const DEFAULT_SORT = '-created_at'
/** What the first cursors were made for: column, direction, completed and search. */
const FIRST_VALUES = 4

/** Which tasks are wanted. */
export interface Filter {
  completed: boolean | undefined
  search: string | undefined
  dueFrom: string | undefined
  dueBefore: string | undefined
  tag: string | undefined
}

/** Where a list continues: behind a task with this value, this id and, where the order has need of it, this time. */
export interface Place {
  value: string | number | null
  id: string
  createdAt?: string
}

/** A list request in full: which tasks, in which order, from where. */
export interface Listing extends Filter {
  column: SortColumn
  descending: boolean
  perPage: number
  /** Undefined when the list continues after a cursor. */
  page: number | undefined
  after: Place | undefined
}

/** One page and what all pages have in common. */
export interface Page<T> {
  items: T[]
  total: number
  hasMore: boolean
  revision: number
}

/** @throws {AppError} `validation_failed` for a cursor that is not ours, or made for another sort or filter. */
export function parseListing(query: ListQuery, sealer: TokenSealer): Listing {
  const { column, descending } = parseSort(query.sort ?? DEFAULT_SORT)
  // Written out: spreads in it cost as much time as the rest of the request's reading (20 µs).
  const listing: Listing = {
    column,
    descending,
    completed: query.completed,
    search: query.q,
    dueFrom: query.due_from,
    dueBefore: query.due_before,
    tag: query.tag,
    perPage: query.per_page ?? DEFAULT_PER_PAGE,
    page: query.page ?? 1,
    after: undefined,
  }
  if (query.cursor === undefined) return listing
  if (query.page !== undefined) refuse('/cursor', 'cannot be combined with page')
  return { ...listing, page: undefined, after: openPlace(sealer, query.cursor, purposeOf(listing)) }
}

/** Of a list whose cursors have a text and an id. */
export function openCursor(
  sealer: TokenSealer,
  cursor: string,
  purpose: string,
): { value: string; id: string } {
  const [value, id] = sealer.open(purpose, cursor) ?? []
  if (typeof value === 'string' && typeof id === 'string') return { value, id }
  return refuseCursor()
}

function openPlace(sealer: TokenSealer, cursor: string, purpose: string): Place {
  const [value, id, createdAt] = sealer.open(purpose, cursor) ?? []
  const isValue = typeof value === 'string' || typeof value === 'number' || value === null
  if (!isValue || typeof id !== 'string') return refuseCursor()
  return typeof createdAt === 'string' ? { value, id, createdAt } : { value, id }
}

function refuseCursor(): never {
  return refuse('/cursor', 'was not made by this list: start again without it')
}

function placeOf(column: SortColumn, task: Task): unknown[] {
  const { kind } = orderOf[column]
  if (kind === 'nullable') return [task[column] ?? null, task.id, task.created_at]
  return [task[column] ?? task.created_at, task.id]
}

/** Whether it says how much of the list is told, and from where on. */
function isOfPlace(name: keyof Listing): boolean {
  return name === 'page' || name === 'after' || name === 'perPage'
}

/**
 * A cursor says where, never whose: it is sealed for all that makes the list, and opens nobody's tasks. What makes it
 * is told by values alone, so new ones go behind those in `parseListing`, and are left out where none of them is given:
 * cursors that clients have stay good.
 */
function purposeOf(listing: Listing): string {
  const values: unknown[] = []
  for (const name of namesOf(listing)) if (!isOfPlace(name)) values.push(listing[name])
  while (values.length > FIRST_VALUES && values.at(-1) === undefined) values.pop()
  return JSON.stringify(['tasks', ...values])
}

export function toTaskList(listing: Listing, page: Page<Task>, sealer: TokenSealer): TaskList {
  const last = page.items.at(-1)
  const hasNext = page.hasMore && last !== undefined
  return {
    data: page.items,
    total: page.total,
    page: listing.page ?? null,
    per_page: listing.perPage,
    total_pages: Math.ceil(page.total / listing.perPage),
    next_cursor: hasNext ? sealer.seal(purposeOf(listing), placeOf(listing.column, last)) : null,
  }
}

/** The `Link` header (RFC 8288) of a list answer; undefined where there is nowhere to go. */
export function linksOf(path: string, query: object, list: Omit<TaskList, 'data'>): string | undefined {
  const { page, total_pages: last, next_cursor: cursor } = list
  const start = `<${path}?${keptParameters(query)}`
  if (page === null) {
    const first = `${start}page=1>; rel="first"`
    return cursor === null ? first : `${first}, ${start}cursor=${cursor}>; rel="next"`
  }
  if (last === 0) return undefined
  let links = `${start}page=1>; rel="first"`
  if (page > 1) links += `, ${start}page=${Math.min(page - 1, last)}>; rel="prev"`
  if (page < last) links += `, ${start}page=${page + 1}>; rel="next"`
  return `${links}, ${start}page=${last}>; rel="last"`
}

/** The parameters that every link of a list has, each followed by what parts it from the next. */
function keptParameters(query: object): string {
  let kept = ''
  for (const [name, value] of Object.entries(query)) {
    if (name !== 'page' && name !== 'cursor') kept += `${name}=${encodeURIComponent(String(value))}&`
  }
  return kept
}

function refuse(path: string, message: string): never {
  invalid([{ in: 'query', path, message }])
}
