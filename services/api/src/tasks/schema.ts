import { type Static, Type } from 'typebox'
import { exampleId, schemasOf } from './fields.ts'
import { type Sort, sorts } from './sorts.ts'

/** A cursor or a sync token: opaque, and good for nothing but a look at its form. */
export const exampleSealed = 'uJ5bLw0Yk1Vb2m8S3c9dDlsiMjAyNi0xMS0yNlQwOTowMDowMC4wMDBaIl0'

export const Task = Type.Object(schemasOf('told'), { $id: 'Task', additionalProperties: false })
export type Task = Static<typeof Task>

export const TaskRef = Type.Unsafe<Task>({ $ref: 'Task#' })

export const NewTask = Type.Object(schemasOf('create'), {
  $id: 'NewTask',
  additionalProperties: false,
  'x-whole': 'new task',
})
export type NewTask = Static<typeof NewTask>

export const TaskChanges = Type.Object(schemasOf('change'), {
  $id: 'TaskChanges',
  additionalProperties: false,
  'x-whole': 'changes',
})
export type TaskChanges = Static<typeof TaskChanges>

export const TaskPath = Type.Object({
  id: Type.String({
    format: 'uuid',
    'x-normalize': 'lowercase',
    description: 'Of a task',
    examples: [exampleId],
  }),
})

/** Keeps (page - 1) * per_page within what JavaScript and the database count exactly. */
const MAXIMUM_PAGE = Math.floor(Number.MAX_SAFE_INTEGER / 100)

const page = Type.Integer({ minimum: 1, maximum: MAXIMUM_PAGE, description: 'Default 1', examples: [1] })
const perPage = Type.Integer({ minimum: 1, maximum: 100, description: 'Default 20', examples: [20] })
const cursor = Type.String({
  maxLength: 2000,
  'x-text': true,
  description: 'The `next_cursor` of an answer to the same list: continues there. Not together with `page`',
  examples: [exampleSealed],
})

/** What any list takes. */
export const PageQuery = Type.Object(
  { page: Type.Optional(page), per_page: Type.Optional(perPage), cursor: Type.Optional(cursor) },
  { additionalProperties: false },
)
export type PageQuery = Static<typeof PageQuery>

/** With names for generated clients, since of `title` and `-title` they make one. */
const TaskSort = Type.Unsafe<Sort>({
  $id: 'TaskSort',
  type: 'string',
  enum: [...sorts],
  'x-enum-varnames': sorts.map(nameOfSort),
  examples: ['-created_at'],
  description:
    'Default `-created_at`; `-` is descending. Titles are compared by code point. By `due` and `priority`, tasks ' +
    'without one come last both ways, and equal ones newest first. `position` is the order by hand, from the top',
})

function nameOfSort(sort: string): string {
  const words = sort.replace('-', '').split('_')
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  return `${name}${sort.startsWith('-') ? 'Descending' : 'Ascending'}`
}

/** In the form of a due. */
function dueBound(description: string) {
  return Type.String({
    ...{ maxLength: 16, 'x-text': true, 'x-value': 'due', description },
    examples: ['2026-12-01'],
  })
}

export const ListQuery = Type.Object(
  {
    ...PageQuery.properties,
    completed: Type.Optional(
      Type.Boolean({ description: 'Only tasks that are, or are not, completed', examples: [false] }),
    ),
    sort: Type.Optional(TaskSort),
    q: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        'x-text': true,
        description:
          'Only tasks whose title or description contains this, in any case and Unicode form (NFKC)',
        examples: ['milk'],
      }),
    ),
    due_from: Type.Optional(dueBound('Only tasks that are due then or later; compared as text')),
    due_before: Type.Optional(dueBound('Only tasks that are due before that; compared as text')),
    tag: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 50,
        'x-text': true,
        'x-value': 'tag',
        description: 'Only tasks that carry this tag, exactly',
        examples: ['home'],
      }),
    ),
  },
  { additionalProperties: false },
)
export type ListQuery = Static<typeof ListQuery>

export const TaskList = Type.Object(
  {
    data: Type.Array(TaskRef),
    total: Type.Integer({
      minimum: 0,
      description: 'How many tasks the caller could page through',
      examples: [1],
    }),
    page: Type.Unsafe<number | null>({ type: ['integer', 'null'], minimum: 1, examples: [1] }),
    per_page: Type.Integer({ minimum: 1, maximum: 100, examples: [20] }),
    total_pages: Type.Integer({ minimum: 0, examples: [1] }),
    next_cursor: Type.Unsafe<string | null>({ type: ['string', 'null'], examples: [null] }),
  },
  { $id: 'TaskList', additionalProperties: false },
)
export type TaskList = Static<typeof TaskList>
