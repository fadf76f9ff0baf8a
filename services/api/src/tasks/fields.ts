import { type Static, type TSchema, Type } from 'typebox'
import { PLACE_PATTERN } from '../planning/position.ts'

/** Of the task that the examples of the document are about. */
export const exampleId = '01979f3e-5d1c-7b3a-9c2e-4f6d8a1b2c3d'
export const exampleTime = '2026-11-26T09:00:00.000Z'

/** A field of a task: its column, which has its name, and a schema for each way in and out that it takes. */
export interface Field {
  type: 'uuid' | 'text' | 'text[]' | 'smallint' | 'boolean' | 'timestamptz'
  /** In answers and in an export. An optional one is absent while its column is null. */
  told: TSchema
  /** In what creates a task: POST and a batch. */
  create?: TSchema
  /** In what changes one: PATCH and a batch. Null clears a field whose schema has it. */
  change?: TSchema
  /** In a line of an import; optional where an export may lack it. */
  import: TSchema
  /** SQL: a change keeps the value only while this holds of the task as it then is. `{due}` is its due, and so on. */
  keptWhile?: string
}

/** Lengths count Unicode code points; Ajv does so by default. */
const title = Type.String({
  minLength: 1,
  maxLength: 200,
  'x-text': true,
  'x-normalize': 'trim',
  examples: ['Buy milk'],
})

/** Not a union: `type: [string, null]` is validated and serialized several times faster than `anyOf`. */
const description = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  maxLength: 2000,
  'x-text': true,
  examples: ['Two litres'],
})

const timestamp = (text: string) =>
  Type.String({
    format: 'date-time',
    description: `${text}; RFC 3339 in UTC with milliseconds`,
    examples: [exampleTime],
  })

/** A time of another service, in any form that RFC 3339 has. */
export const sentTimestamp = Type.String({ format: 'date-time', 'x-timestamp': true })

/** A text that `planning/values.ts` reads; it may be null where it can be cleared. */
const read = (kind: string, maxLength: number, example: string, meaning: string) => ({
  ...{ maxLength, 'x-text': true, 'x-value': kind, examples: [example], description: meaning },
})
const clearable = (keywords: object) =>
  Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'], ...keywords }))

/** The four ways of a text that is read. */
function planned(kind: string, maxLength: number, example: string, meaning: string) {
  const keywords = read(kind, maxLength, example, meaning)
  return {
    told: Type.Optional(Type.String({ examples: [example], description: meaning })),
    create: clearable(keywords),
    change: clearable(keywords),
    import: Type.Optional(Type.String(keywords)),
  }
}

const priority = { minimum: 1, maximum: 9, examples: [1], description: '1 (highest) to 9 (lowest)' }
const tags = {
  description: 'In the order sent; `[]` clears them',
  examples: [['home', 'garden']],
  maxItems: 20,
  'x-whole': 'tags',
  items: Type.String({
    minLength: 1,
    maxLength: 50,
    'x-text': true,
    'x-value': 'tag',
    'x-normalize': 'trim',
  }),
}
const recursFrom = {
  enum: ['due', 'completed', null],
  examples: ['completed'],
  description: 'What the next one is counted from; `due` is the default, and absent from answers',
}
const clearableNumber = Type.Optional(Type.Unsafe<number | null>({ type: ['integer', 'null'], ...priority }))
const clearableTags = Type.Optional(Type.Unsafe<string[] | null>({ type: ['array', 'null'], ...tags }))
const clearableOrigin = Type.Optional(
  Type.Unsafe<'due' | 'completed' | null>({ type: ['string', 'null'], ...recursFrom }),
)

/** Of a place, see position.ts; a thousand moves into one gap keep it shorter. */
const MAXIMUM_PLACE_LENGTH = 300

/**
 * All that a task has, in the order of answers. Schemas, columns, statements, export, import, batch and feed follow
 * from it: a field more is a line here, and its column in a migration.
 */
export const fields = {
  id: {
    type: 'uuid',
    told: Type.String({
      format: 'uuid',
      description: 'Made by the server (UUID version 7)',
      examples: [exampleId],
    }),
    import: Type.String({ format: 'uuid', 'x-normalize': 'lowercase' }),
  },
  title: {
    type: 'text',
    told: asTold(title),
    create: title,
    change: Type.Optional(title),
    import: title,
  },
  description: {
    type: 'text',
    told: asTold(description),
    create: Type.Optional(description),
    change: Type.Optional(description),
    import: description,
  },
  completed: {
    type: 'boolean',
    told: Type.Boolean({ examples: [false] }),
    change: Type.Optional(Type.Boolean({ examples: [true] })),
    import: Type.Boolean(),
  },
  created_at: {
    type: 'timestamptz',
    told: timestamp('When the task was created'),
    import: sentTimestamp,
  },
  updated_at: {
    type: 'timestamptz',
    told: timestamp('When the task last changed; never goes back'),
    import: sentTimestamp,
  },
  due: {
    type: 'text',
    ...planned('due', 16, '2026-12-01T09:00', 'A day, or a day and a time as on the clock on the wall'),
  },
  time_zone: {
    type: 'text',
    keptWhile: 'char_length({due}) > 10',
    ...planned(
      ...(['time zone', 64, 'Europe/Zurich'] as const),
      "An IANA name, beside a `due` that has a time; absent: the reader's own",
    ),
  },
  priority: {
    type: 'smallint',
    told: Type.Optional(Type.Integer(priority)),
    create: clearableNumber,
    change: clearableNumber,
    import: Type.Optional(Type.Integer(priority)),
  },
  tags: {
    type: 'text[]',
    told: Type.Optional(
      Type.Array(Type.String(), { examples: tags.examples, description: 'In the order sent' }),
    ),
    create: clearableTags,
    change: clearableTags,
    import: Type.Optional(Type.Unsafe<string[]>({ type: 'array', ...tags })),
  },
  recurrence: {
    type: 'text',
    keptWhile: '{due} is not null',
    ...planned(
      ...(['recurrence', 500, 'FREQ=WEEKLY;BYDAY=MO'] as const),
      'An RRULE value (RFC 5545), beside a `due`',
    ),
  },
  recurs_from: {
    type: 'text',
    keptWhile: '{recurrence} is not null',
    told: Type.Optional(
      Type.Unsafe<'due' | 'completed'>({ ...recursFrom, type: 'string', enum: ['completed'] }),
    ),
    create: clearableOrigin,
    change: clearableOrigin,
    import: Type.Optional(
      Type.Unsafe<'due' | 'completed'>({ ...recursFrom, type: 'string', enum: ['due', 'completed'] }),
    ),
  },
  position: {
    type: 'text',
    told: Type.Optional(
      Type.String({
        description: 'Where it was put by hand; places are compared by code point, greatest first',
        examples: ['2026-11-26T09:00:00.000Za'],
      }),
    ),
    import: Type.Optional(
      Type.String({ minLength: 1, maxLength: MAXIMUM_PLACE_LENGTH, pattern: PLACE_PATTERN }),
    ),
  },
  completed_at: {
    type: 'timestamptz',
    keptWhile: '{completed}',
    told: Type.Optional(timestamp('When it was done, if the client said so')),
    change: Type.Optional(
      Type.String({
        format: 'date-time',
        'x-timestamp': 'as sent',
        'x-value': 'completion',
        examples: [exampleTime],
        description: 'When it was done, beside `"completed": true`; RFC 3339 with any offset',
      }),
    ),
    import: Type.Optional(sentTimestamp),
  },
} satisfies Record<string, Field>

type Fields = typeof fields
export type FieldName = keyof Fields
type Way = 'told' | 'create' | 'change' | 'import'

/** The schemas of the fields that go this way, by name. */
type SchemasOf<W extends Way> = {
  [Name in FieldName as Fields[Name] extends Record<W, TSchema> ? Name : never]: Fields[Name] extends Record<
    W,
    infer Schema extends TSchema
  >
    ? Schema
    : never
}

export function schemasOf<W extends Way>(way: W): SchemasOf<W> {
  const schemas = Object.entries<Field>(fields).map(([name, field]) => [name, field[way]])
  return Object.fromEntries(schemas.filter(([, schema]) => schema !== undefined)) as SchemasOf<W>
}

/** The names of an object's own properties, which its type knows. */
export function namesOf<T extends object>(object: T): (keyof T & string)[] {
  return Object.keys(object) as (keyof T & string)[]
}

/** The same schema without the keywords for a reader of sent values. */
function asTold<Schema extends TSchema>(schema: Schema) {
  const kept = Object.entries(schema).filter(([keyword]) => !keyword.startsWith('x-'))
  return Type.Unsafe<Static<Schema>>(Object.fromEntries(kept))
}
