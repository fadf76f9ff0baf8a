import { columnsOf } from './columns.ts'
import { numbersOf, type PageShape } from './page-shapes.ts'
import { orderOf } from './sorts.ts'

/** Tasks that have no place in an order but that of their creation; the predicate of an index. */
const unplanned = 'due is null and priority is null and position is null'
const planned = `not (${unplanned})`

/** The place of a task in the order by hand, as answers tell `created_at`; compared by code point. */
const place = `coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C"`

/** Tasks in the order of one index: which, from where on, and that order. */
interface Scan {
  where: string
  order: string
}

export function readScan({ where, order }: Scan, limit: string): string {
  return `
      select ${columnsOf('')} from tasks
      where user_id = $1 and not is_deleted ${where}
      order by ${order} ${limit}`
}

/** The order of a list. */
export function listOrder({ column, descending }: PageShape): string {
  const { kind, key } = orderOf[column]
  const direction = descending ? 'desc' : 'asc'
  if (kind === 'nullable') return `${key} ${direction} nulls last, created_at desc, id desc`
  // The greatest place is on top, so that up is down.
  if (kind === 'place') return `${place} ${opposite(direction)}, id ${opposite(direction)}`
  return `${key} ${direction}, id ${direction}`
}

/** The condition on which a task of a list is behind the place that a cursor says; needs no index. */
export function isAfter(shape: PageShape): string {
  if (shape.start !== 'after') return ''
  const number = numbersOf(shape)
  const { kind, key, type } = orderOf[shape.column]
  const value = `${number('value')}::${type}`
  const id = `${number('id')}::uuid`
  if (kind === 'plain') return `and (${key}, id) ${shape.descending ? '<' : '>'} (${value}, ${id})`
  if (kind === 'place') return `and (${place}, id) ${shape.descending ? '>' : '<'} (${value}, ${id})`
  const [time, timeWithout] = [`${number('time')}::timestamptz`, `${number('time_without')}::timestamptz`]
  return `and (${key} ${shape.descending ? '<' : '>'} ${value}
        or (${key} = ${value} and (created_at, id) < (${time}, ${id}))
        or (${key} is null and (created_at, id) < (${timeWithout}, ${id})))`
}

/**
 * The scans that make a list, in sections that follow one another; the scans of a section are merged.
 *
 * An index for each of these and no other: of all tasks by another column than `created_at` two scans are merged, for
 * an index more would cost every write, for the sake of a rare list.
 */
export function scansOf(shape: PageShape): Scan[][] {
  const { kind } = orderOf[shape.column]
  if (kind === 'nullable') return nullableSections(shape)
  return [kind === 'place' ? placeScans(shape) : plainScans(shape)]
}

function plainScans(shape: PageShape): Scan[] {
  const { column, completed } = shape
  const order = listOrder(shape)
  const after = isAfter(shape)
  if (column !== 'created_at') return kindsOf(shape).map((kind) => ({ where: `and ${kind} ${after}`, order }))
  if (completed === undefined) return [{ where: after, order }]
  return kindsOf(shape).flatMap((kind) =>
    [unplanned, planned].map((plan) => ({ where: `and ${kind} and ${plan} ${after}`, order })),
  )
}

/** Tasks with a value and, unless they are of a range, those without. */
function nullableSections(shape: PageShape): Scan[][] {
  const { column, descending, start, wanted } = shape
  const { key, type } = orderOf[column]
  const number = numbersOf(shape)
  const order = `${key} ${descending ? 'desc nulls last' : 'asc'}, created_at desc, id desc`
  const range =
    wanted === 'range' ? `and due >= ${number('due_from')}::text and due < ${number('due_before')}::text` : ''
  const having = (more: string) =>
    kindsOf(shape).map((kind) => ({ where: `and ${kind} and ${key} is not null ${range} ${more}`, order }))
  const isAfterAll = start === 'after'
  const value = isAfterAll ? `${number('value')}::${type}` : ''
  const behind = (time: 'time' | 'time_without') =>
    isAfterAll ? `and (created_at, id) < (${number(time)}::timestamptz, ${number('id')}::uuid)` : ''
  const valued = isAfterAll
    ? [
        having(`and ${key} = ${value} ${behind('time')}`),
        having(`and ${key} ${descending ? '<' : '>'} ${value}`),
      ]
    : [having('')]
  return wanted === 'range' ? valued : [...valued, withoutOne(shape, behind('time_without'))]
}

/** Where a key is null, newest first; the planned ones stand so at the end of the descending order. */
function withoutOne(shape: PageShape, after: string): Scan[] {
  const { key } = orderOf[shape.column]
  const newest = 'created_at desc, id desc'
  return kindsOf(shape).flatMap((kind) => [
    { where: `and ${kind} and ${unplanned} ${after}`, order: newest },
    {
      where: `and ${kind} and ${key} is null and ${planned} ${after}`,
      order: `${key} desc nulls last, ${newest}`,
    },
  ])
}

/** Those that were moved by their places, the others by their creation. */
function placeScans(shape: PageShape): Scan[] {
  const direction = shape.descending ? 'asc' : 'desc'
  const number = numbersOf(shape)
  const compare = shape.descending ? '>' : '<'
  const [placed, unplaced] =
    shape.start === 'after'
      ? [
          `and (position, id) ${compare} (${number('value')}::text, ${number('id')}::uuid)`,
          `and (created_at, id) ${compare} (${number('time')}::timestamptz, ${number('time_id')}::uuid)`,
        ]
      : ['', '']
  return kindsOf(shape).flatMap((kind) => [
    {
      where: `and ${kind} and position is not null ${placed}`,
      order: `position ${direction}, id ${direction}`,
    },
    ...[unplanned, `position is null and ${planned}`].map((plan) => ({
      where: `and ${kind} and ${plan} ${unplaced}`,
      order: `created_at ${direction}, id ${direction}`,
    })),
  ])
}

function kindsOf({ completed }: PageShape): string[] {
  const kinds = ['not completed', 'completed']
  return completed === undefined ? kinds : kinds.slice(Number(completed), Number(completed) + 1)
}

function opposite(direction: 'asc' | 'desc'): 'asc' | 'desc' {
  return direction === 'asc' ? 'desc' : 'asc'
}
