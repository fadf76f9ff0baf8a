import { type Static, Type } from 'typebox'
import { union } from '../http/union.ts'

const count = (description: string) => Type.Integer({ minimum: 0, description })

export const Me = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    created_at: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      format: 'date-time',
      description: 'When the first task was created; null before that',
    }),
    task_count: count('Tasks that are not deleted'),
    completed_count: count('Of these, the completed ones'),
    trash_count: count('Deleted tasks that can be restored'),
  },
  { $id: 'Me', additionalProperties: false },
)

export const ImportResult = Type.Object(
  {
    imported: count('Tasks that were added'),
    skipped: count('Tasks that were there already; they were left as they are'),
  },
  { $id: 'ImportResult', additionalProperties: false },
)

const timestamp = Type.String({ format: 'date-time', 'x-timestamp': true })

const ExportHead = Type.Object(
  {
    type: Type.Literal('export'),
    version: Type.Literal(1),
    user_id: Type.String({ format: 'uuid', 'x-normalize': 'lowercase' }),
    exported_at: timestamp,
  },
  { additionalProperties: false },
)
const ExportTask = Type.Object(
  {
    type: Type.Literal('task'),
    id: Type.String({ format: 'uuid', 'x-normalize': 'lowercase' }),
    title: Type.String({ minLength: 1, maxLength: 200, 'x-text': true, 'x-normalize': 'trim' }),
    description: Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength: 2000, 'x-text': true }),
    completed: Type.Boolean(),
    created_at: timestamp,
    updated_at: timestamp,
    deleted_at: Type.Unsafe<string | null>({ type: ['string', 'null'], 'x-timestamp': true }),
  },
  { additionalProperties: false },
)
const ExportEnd = Type.Object(
  { type: Type.Literal('end'), count: Type.Integer({ minimum: 0 }) },
  { additionalProperties: false },
)

/** A line of an export: the first says whose it is, the last counts the tasks between. */
export const ExportLine = union('ExportLine', 'type', [ExportHead, ExportTask, ExportEnd])
export type ExportLine = Static<typeof ExportLine>
export type ExportedTask = Omit<Static<typeof ExportTask>, 'type'>

/** Described as text: told of JSON, generated clients and validators take the whole body for one value. */
export const ExportText = Type.String({
  description:
    'Newline-delimited JSON: an object on each line. The first says `"type": "export"`, with `version`, `user_id` and ' +
    '`exported_at`; the last `"type": "end"`, with the `count` of the tasks between; these say `"type": "task"`, with ' +
    'the fields of a task and `deleted_at`',
})
