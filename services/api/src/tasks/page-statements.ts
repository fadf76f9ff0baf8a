import { giving, type Statement } from '../database/statement.ts'
import { columnsOf, type NoTask, type TaskRow } from './columns.ts'
import { foldedText } from './folded-text.ts'
import { isAfter, listOrder, readScan, scansOf } from './page-scans.ts'
import { nameOf, numbersOf, type PageShape } from './page-shapes.ts'

/** A row of a page; how many tasks there are in all is counted by the list, or where it is filtered. */
export type PageRow = (TaskRow | NoTask) & { revision: number } & (
    | { task_count: number; completed_count: number }
    | { match_count: number }
  )

const made = new Map<string, Statement<PageRow>>()

/**
 * The statement for a page of this shape: $1 user, then as `parametersOf` says.
 *
 * Every row carries the list's counters and revision, of the same snapshot; without a task there is one row still.
 */
export function pageStatement(shape: PageShape): Statement<PageRow> {
  const name = nameOf(shape)
  const known = made.get(name)
  if (known !== undefined) return known
  const textOf = { all: browseText, range: rangeText, matching: matchingText }[shape.wanted]
  const statement = giving<PageRow>({ name, text: textOf(shape) })
  made.set(name, statement)
  return statement
}

function browseText(shape: PageShape): string {
  return `
    select l.task_count, l.completed_count, l.revision, t.*
    from task_lists l left join lateral (${pageOf(shape)}) t on true
    where l.user_id = $1`
}

/** The page as above; what is counted is entries of the index, of this range alone. */
function rangeText(shape: PageShape): string {
  const number = numbersOf(shape)
  const kinds = shape.completed === undefined ? 'true, false' : String(shape.completed)
  return `
    select (
      select count(*) from tasks
      where user_id = $1 and not is_deleted and completed = any (array[${kinds}]) and due is not null
        and due >= ${number('due_from')}::text and due < ${number('due_before')}::text
    ) as match_count, l.revision, t.*
    from task_lists l left join lateral (${pageOf(shape)}) t on true
    where l.user_id = $1`
}

function pageOf(shape: PageShape): string {
  const sections = scansOf(shape)
  const [only = []] = sections
  if (sections.length > 1)
    return concatenated(
      shape,
      sections.map((scans, index) => ({ scans, index })),
    )
  const [scan] = only
  if (scan !== undefined && only.length === 1) return readScan(scan, limitsOf(shape))
  return `
    select * from (${only.map((each) => `(${readScan(each, `limit ${reachOf(shape)}`)})`).join(' union all ')}
    ) merged
    order by ${listOrder(shape)} ${limitsOf(shape)}`
}

/** Each section gives what those before it left over. */
function concatenated(
  shape: PageShape,
  sections: { scans: ReturnType<typeof scansOf>[number]; index: number }[],
): string {
  const parts = sections.map(({ scans, index }) => {
    const before = sections.slice(0, index).map((each) => ` - (select count(*) from section_${each.index})`)
    const limit = `limit greatest(${reachOf(shape)}${before.join('')}, 0)`
    const [first] = scans
    const merged =
      first !== undefined && scans.length === 1
        ? readScan(first, limit)
        : `
      select * from (${scans.map((each) => `(${readScan(each, limit)})`).join(' union all ')}
      ) merged order by ${listOrder(shape)} ${limit}`
    return `section_${index} as materialized (${merged}
    )`
  })
  return `
    with ${parts.join(', ')}
    select * from (${sections.map(({ index }) => `select * from section_${index}`).join(' union all ')}) sections
    order by ${listOrder(shape)} ${limitsOf(shape)}`
}

/** How many rows of an order a page may be made of: those before it too. */
function reachOf(shape: PageShape): string {
  const number = numbersOf(shape)
  const limit = `${number('limit')}::bigint`
  return shape.start === 'offset' ? `${limit} + ${number('offset')}::bigint` : limit
}

function limitsOf(shape: PageShape): string {
  const number = numbersOf(shape)
  return shape.start === 'offset'
    ? `limit ${number('limit')} offset ${number('offset')}`
    : `limit ${number('limit')}`
}

/**
 * Looks at all tasks that have a tag, or a due of the range, or at all tasks: so it runs apart from short requests. It
 * is planned for its values, so that a condition that is not asked for costs nothing.
 */
function matchingText(shape: PageShape): string {
  const number = numbersOf(shape)
  const tag = `${number('tag')}::text`
  const [search, from, before] = [number('search'), number('due_from'), number('due_before')].map(
    (each) => `${each}::text`,
  )
  const wanted = foldedText(`${search}`)
  return `
    with matches as materialized (
      select ${columnsOf('')} from tasks
      where user_id = $1 and not is_deleted
        and completed = any (${number('completed')}::boolean[])
        and (${tag} is null or (tags is not null and ${tag} = any (tags)))
        and (${from} is null or (due is not null and due >= ${from} and due < ${before}))
        and (${search} is null
          or strpos(${foldedText('title')}, ${wanted}) > 0 or strpos(${foldedText('description')}, ${wanted}) > 0)
    )
    select (select count(*) from matches) as match_count, l.revision, t.*
    from task_lists l left join lateral (
      select * from matches where true ${isAfter(shape)} order by ${listOrder(shape)} ${limitsOf(shape)}
    ) t on true
    where l.user_id = $1`
}
