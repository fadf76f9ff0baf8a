import { type Static, type TSchema, Type } from 'typebox'

/** Of the task that the examples of the document are about. */
export const exampleId = '01979f3e-5d1c-7b3a-9c2e-4f6d8a1b2c3d'
export const exampleTime = '2026-11-26T09:00:00.000Z'

/** A field of a task: its column, which has its name, and a schema for each way in and out that it takes. */
interface Field {
  type: 'uuid' | 'text' | 'boolean' | 'timestamptz'
  /** In answers and in an export. An optional one is absent while its column is null. */
  told: TSchema
  /** In what creates a task: POST and a batch. */
  create?: TSchema
  /** In what changes one: PATCH and a batch. Null clears a field whose schema has it. */
  change?: TSchema
  /** In a line of an import; optional where an export may lack it. */
  import: TSchema
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

/** The same schema without what only concerns whoever reads a value that was sent. */
function asTold<Schema extends TSchema>(schema: Schema) {
  const kept = Object.entries(schema).filter(([keyword]) => !keyword.startsWith('x-'))
  return Type.Unsafe<Static<Schema>>(Object.fromEntries(kept))
}
