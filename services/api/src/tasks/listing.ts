import { invalid } from '../errors.ts'
import type { TokenSealer } from '../http/sealed-token.ts'
import type { SortColumn } from './page-statements.ts'
import type { ListQuery, Task, TaskList } from './schema.ts'

const DEFAULT_PER_PAGE = 20
const DEFAULT_SORT = '-created_at'

/** A list request in full: which tasks, in which order, from where. */
export interface Listing {
  column: SortColumn
  descending: boolean
  completed: boolean | undefined
  search: string | undefined
  perPage: number
  /** Undefined when the list continues after a cursor. */
  page: number | undefined
  after: { value: string; id: string } | undefined
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
  const sort = query.sort ?? DEFAULT_SORT
  const descending = sort.startsWith('-')
  const listing = {
    column: (descending ? sort.slice(1) : sort) as SortColumn,
    descending,
    completed: query.completed,
    search: query.q,
    perPage: query.per_page ?? DEFAULT_PER_PAGE,
  }
  if (query.cursor === undefined) return { ...listing, page: query.page ?? 1, after: undefined }
  if (query.page !== undefined) refuse('/cursor', 'cannot be combined with page')
  const after = openCursor(sealer, query.cursor, purposeOf(listing))
  return { ...listing, page: undefined, after }
}

export function openCursor(
  sealer: TokenSealer,
  cursor: string,
  purpose: string,
): { value: string; id: string } {
  const [value, id] = sealer.open(purpose, cursor) ?? []
  if (typeof value === 'string' && typeof id === 'string') return { value, id }
  return refuse('/cursor', 'was not made by this list: start again without it')
}

/** A cursor says where, never whose: it is sealed for a sort and a filter, and opens nobody's tasks. */
function purposeOf({
  column,
  descending,
  completed,
  search,
}: Omit<Listing, 'page' | 'after' | 'perPage'>): string {
  return JSON.stringify(['tasks', column, descending, completed ?? null, search ?? null])
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
    next_cursor: hasNext ? sealer.seal(purposeOf(listing), [last[listing.column], last.id]) : null,
  }
}

/** The `Link` header (RFC 8288) of a list answer; undefined where there is nowhere to go. */
export function linksOf(path: string, query: object, list: Omit<TaskList, 'data'>): string | undefined {
  const links: string[] = []
  const add = (relation: string, change: Record<string, string | number | undefined>) => {
    const parameters = Object.entries({ ...query, ...change }).filter(([, value]) => value !== undefined)
    const search = new URLSearchParams(
      Object.fromEntries(parameters.map(([name, value]) => [name, String(value)])),
    )
    links.push(`<${path}?${search}>; rel="${relation}"`)
  }
  const { page, total_pages: last, next_cursor: cursor } = list
  if (page === null) {
    add('first', { cursor: undefined })
    if (cursor !== null) add('next', { cursor })
  } else if (last > 0) {
    add('first', { page: 1 })
    if (page > 1) add('prev', { page: Math.min(page - 1, last) })
    if (page < last) add('next', { page: page + 1 })
    add('last', { page: last })
  }
  return links.length === 0 ? undefined : links.join(', ')
}

/** What a LIKE pattern means by `%`, `_` and `\` stands for itself. */
export function containsPattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}

function refuse(path: string, message: string): never {
  invalid([{ in: 'query', path, message }])
}
