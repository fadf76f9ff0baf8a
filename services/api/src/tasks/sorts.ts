/** The columns that a list can be sorted by, each in both directions. */
export const sortColumns = ['created_at', 'updated_at', 'title', 'due', 'priority', 'position'] as const
export type SortColumn = (typeof sortColumns)[number]

export type Sort = SortColumn | `-${SortColumn}`
export const sorts: readonly Sort[] = sortColumns.flatMap((column): Sort[] => [column, `-${column}`])

export function parseSort(sort: Sort): { column: SortColumn; descending: boolean } {
  const descending = sort.startsWith('-')
  return { column: (descending ? sort.slice(1) : sort) as SortColumn, descending }
}

/**
 * How a column makes an order. `plain`: by its value, then by id. `nullable`: by its value, then newest first, and those
 * without a value last, newest first. `place`: by the place that a task was moved to, or else the time of its creation.
 */
export const orderOf = {
  created_at: { kind: 'plain', key: 'created_at', type: 'timestamptz' },
  updated_at: { kind: 'plain', key: 'updated_at', type: 'timestamptz' },
  // By code point, the same on every server and for all time.
  title: { kind: 'plain', key: 'title collate "C"', type: 'text' },
  due: { kind: 'nullable', key: 'due', type: 'text' },
  priority: { kind: 'nullable', key: 'priority', type: 'smallint' },
  position: { kind: 'place', key: 'position', type: 'text' },
} as const satisfies Record<SortColumn, { kind: string; key: string; type: string }>
