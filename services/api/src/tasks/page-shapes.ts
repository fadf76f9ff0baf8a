import { orderOf, type SortColumn, sortColumns } from './sorts.ts'

/** All that makes the statement for a page another one. */
export interface PageShape {
  column: SortColumn
  descending: boolean
  /** Undefined: tasks of both kinds, or as a parameter says. */
  completed: boolean | undefined
  /** Where the page begins: with the first task, at an offset, or after a task's place in the order. */
  start: 'first' | 'offset' | 'after'
  /** Whether all tasks are wanted, those of a range of dues in its order, or those that match whatever is asked for. */
  wanted: 'all' | 'range' | 'matching'
}

const directions = [false, true]
const kinds = [undefined, false, true]

/** Every shape there is. */
export function pageShapes(): PageShape[] {
  return sortColumns.flatMap((column) =>
    directions.flatMap((descending) => [
      ...kinds.flatMap((completed) =>
        startsOf(column).map((start) => ({ column, descending, completed, start, wanted: 'all' as const })),
      ),
      ...rangeShapes(column, descending),
      ...(['offset', 'after'] as const).map((start) => ({
        ...{ column, descending, completed: undefined, start, wanted: 'matching' as const },
      })),
    ]),
  )
}

/** The first page of the rarer orders is at the offset 0. */
export function startsOf(column: SortColumn): PageShape['start'][] {
  return orderOf[column].kind === 'plain' ? ['first', 'offset', 'after'] : ['offset', 'after']
}

function rangeShapes(column: SortColumn, descending: boolean): PageShape[] {
  if (column !== 'due') return []
  return kinds.flatMap((completed) =>
    (['offset', 'after'] as const).map((start) => ({
      ...{ column, descending, completed, start, wanted: 'range' as const },
    })),
  )
}

/** What a shape has more, and a use of all of it forgets, does not compile. */
export type Nothing = Record<string, never>

export function nameOf({ column, descending, completed, start, wanted, ...rest }: PageShape): string {
  rest satisfies Nothing
  const filter = completed === undefined ? 'all' : completed ? 'done' : 'open'
  const direction = descending ? 'desc' : 'asc'
  const what = { all: 'page', range: 'range', matching: 'search' }[wanted]
  return ['tasks', what, column, direction, filter, start].join('_')
}

/** The parameters behind the user's id, by what they are. */
const parameters = {
  wanted: {
    all: [],
    range: ['due_from', 'due_before'],
    matching: ['completed', 'search', 'tag', 'due_from', 'due_before'],
  },
  after: {
    plain: ['value', 'id'],
    nullable: ['value', 'time', 'id', 'time_without'],
    place: ['value', 'id', 'time', 'time_id'],
  },
} as const

export type ParameterName =
  | 'limit'
  | 'offset'
  | (typeof parameters.wanted)[PageShape['wanted']][number]
  | (typeof parameters.after)[keyof typeof parameters.after][number]

export function parametersOf(shape: PageShape): ParameterName[] {
  return ['limit', ...startParameters(shape), ...parameters.wanted[shape.wanted]]
}

function startParameters({ column, start, wanted }: PageShape): readonly ParameterName[] {
  if (start !== 'after') return start === 'first' ? [] : ['offset']
  const { kind } = orderOf[column]
  if (kind === 'nullable' && wanted === 'range') return ['value', 'time', 'id']
  return parameters.after[kind === 'place' && wanted === 'matching' ? 'plain' : kind]
}

/** How each stands in the SQL of this shape; a parameter that it does not have fails. */
export function numbersOf(shape: PageShape): (name: ParameterName) => string {
  const names = parametersOf(shape)
  return (name) => {
    const index = names.indexOf(name)
    if (index < 0) throw new Error(`${nameOf(shape)} has no ${name}`)
    return `$${index + 2}`
  }
}
