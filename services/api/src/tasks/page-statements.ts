import { giving, type Statement } from '../database/statement.ts'
import { columnsOf, type NoTask, type TaskRow } from './columns.ts'
import { foldedText } from './folded-text.ts'

/** A column to sort by. Titles are compared by code point, the same on every server and for all time. */
const sortColumns = {
  created_at: { expression: 'created_at', type: 'timestamptz' },
  updated_at: { expression: 'updated_at', type: 'timestamptz' },
  title: { expression: 'title collate "C"', type: 'text' },
} as const
export type SortColumn = keyof typeof sortColumns

export interface PageShape {
  column: SortColumn
  descending: boolean
  /** Undefined: tasks of both kinds. */
  completed: boolean | undefined
  /** Where the page begins: with the first task, at an offset, or after a task's place in the order. */
  start: 'first' | 'offset' | 'after'
  /** Whether only tasks that contain a text are wanted. */
  search: boolean
}

/** Every shape there is. */
export function pageShapes(): PageShape[] {
  const columns = Object.keys(sortColumns) as SortColumn[]
  return columns.flatMap((column) =>
    [false, true].flatMap((descending) =>
      [undefined, false, true].flatMap((completed) =>
        (['first', 'offset', 'after'] as const).flatMap((start) =>
          [false, true].map((search) => ({ column, descending, completed, start, search })),
        ),
      ),
    ),
  )
}

/** A row of a page; how many tasks there are in all is counted by the list, or by the search itself. */
export type PageRow = (TaskRow | NoTask) & { revision: number } & (
    | { task_count: number; completed_count: number }
    | { match_count: number }
  )

const made = new Map<string, Statement<PageRow>>()

/**
 * The statement for a page of this shape: $1 user, $2 how many rows at most, then $3 offset, or $3 and $4 the sort
 * value and the id to continue after; last, for a search, the text.
 *
 * Every row carries the list's counters and revision, of the same snapshot; without a task there is one row still.
 */
export function pageStatement(shape: PageShape): Statement<PageRow> {
  const name = nameOf(shape)
  const known = made.get(name)
  if (known !== undefined) return known
  const statement = giving<PageRow>({ name, text: shape.search ? searchText(shape) : browseText(shape) })
  made.set(name, statement)
  return statement
}

/** What is left of a shape once all of it is used. What the shape has more, and a use forgets, does not compile. */
export type Nothing = Record<string, never>

function nameOf({ column, descending, completed, start, search, ...rest }: PageShape): string {
  rest satisfies Nothing
  const filter = completed === undefined ? 'all' : completed ? 'done' : 'open'
  const direction = descending ? 'desc' : 'asc'
  return ['tasks', search ? 'search' : 'page', column, direction, filter, start].join('_')
}

function browseText(shape: PageShape): string {
  return `
    select l.task_count, l.completed_count, l.revision, t.*
    from task_lists l left join lateral (${pageOf(shape)}) t on true
    where l.user_id = $1`
}

/**
 * One index scan where an index has just these tasks in this order. All tasks by another column than `created_at`
 * are two such scans merged: an index more would cost every write, for the sake of a rare list.
 */
function pageOf(shape: PageShape): string {
  const { completed, column } = shape
  if (completed !== undefined) return `${branch(shape, completed)} ${limits(shape)}`
  if (column === 'created_at') return `${branch(shape, undefined)} ${limits(shape)}`
  const reach = shape.start === 'offset' ? 'limit $2::bigint + $3::bigint' : 'limit $2'
  return `
    select * from (
      (${branch(shape, false)} ${reach}) union all (${branch(shape, true)} ${reach})
    ) both_kinds
    order by ${orderOf(shape)} ${limits(shape)}`
}

function branch(shape: PageShape, completed: boolean | undefined): string {
  const kind = completed === undefined ? '' : completed ? 'and completed' : 'and not completed'
  return `
      select ${columnsOf('')} from tasks
      where user_id = $1 and not is_deleted ${kind} ${afterOf(shape)}
      order by ${orderOf(shape)}`
}

function orderOf({ column, descending }: PageShape): string {
  const direction = descending ? 'desc' : 'asc'
  return `${sortColumns[column].expression} ${direction}, id ${direction}`
}

function afterOf({ start, column, descending }: PageShape): string {
  if (start !== 'after') return ''
  const { expression, type } = sortColumns[column]
  return `and (${expression}, id) ${descending ? '<' : '>'} ($3::${type}, $4::uuid)`
}

function limits({ start }: PageShape): string {
  return start === 'offset' ? 'limit $2 offset $3' : 'limit $2'
}

/** Looks at all tasks of the user, so it runs apart from short requests. */
function searchText(shape: PageShape): string {
  const { completed, start } = shape
  const wanted = foldedText(`${{ first: '$3', offset: '$4', after: '$5' }[start]}::text`)
  const kind = completed === undefined ? '' : completed ? 'and completed' : 'and not completed'
  return `
    with matches as materialized (
      select ${columnsOf('')} from tasks
      where user_id = $1 and not is_deleted ${kind}
        and (strpos(${foldedText('title')}, ${wanted}) > 0 or strpos(${foldedText('description')}, ${wanted}) > 0)
    )
    select (select count(*) from matches) as match_count, l.revision, t.*
    from task_lists l left join lateral (
      select * from matches where true ${afterOf(shape)} order by ${orderOf(shape)} ${limits(shape)}
    ) t on true
    where l.user_id = $1`
}
