import { type Static, Type } from 'typebox'
import { union } from '../http/contract/union.ts'
import { exampleId, exampleTime, schemasOf, sentTimestamp } from '../tasks/fields.ts'

const exampleUser = 'b7f5c1d2-3e4a-4b5c-8d6e-9f0a1b2c3d4e'

const count = (description: string, example: number) =>
  Type.Integer({ minimum: 0, description, examples: [example] })

export const Me = Type.Object(
  {
    id: Type.String({ format: 'uuid', examples: [exampleUser] }),
    created_at: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      format: 'date-time',
      description: 'When the first task was created; null before that',
      examples: [exampleTime],
    }),
    task_count: count('Tasks that are not deleted', 2),
    completed_count: count('Of these, the completed ones', 1),
    trash_count: count('Deleted tasks that can be restored', 1),
  },
  { $id: 'Me', additionalProperties: false },
)

export const ImportResult = Type.Object(
  {
    imported: count('Tasks that were added', 3),
    skipped: count('Tasks that were there already; they were left as they are', 0),
  },
  { $id: 'ImportResult', additionalProperties: false },
)

const ExportHead = Type.Object(
  {
    type: Type.Literal('export'),
    version: Type.Literal(1),
    user_id: Type.String({ format: 'uuid', 'x-normalize': 'lowercase' }),
    exported_at: sentTimestamp,
  },
  { additionalProperties: false },
)
const ExportTask = Type.Object(
  {
    type: Type.Literal('task'),
    ...schemasOf('import'),
    deleted_at: Type.Unsafe<string | null>({ type: ['string', 'null'], 'x-timestamp': true }),
  },
  { additionalProperties: false, 'x-whole': 'new task' },
)
const ExportEnd = Type.Object(
  { type: Type.Literal('end'), count: Type.Integer({ minimum: 0 }) },
  { additionalProperties: false },
)

/** A line of an export: the first says whose it is, the last counts the tasks between. */
export const ExportLine = union('ExportLine', 'type', [ExportHead, ExportTask, ExportEnd])
export type ExportLine = Static<typeof ExportLine>
export type ExportedTask = Omit<Static<typeof ExportTask>, 'type'>

const exampleExport = [
  { type: 'export', version: 1, user_id: exampleUser, exported_at: '2026-11-27T09:00:00.000Z' },
  {
    ...{ type: 'task', id: exampleId, title: 'Buy milk', description: null, completed: false },
    ...{ created_at: exampleTime, updated_at: exampleTime, deleted_at: null },
  },
  { type: 'end', count: 1 },
]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join('')

/** Described as text: told of JSON, generated clients and validators take the whole body for one value. */
export const ExportText = Type.String({
  description:
    'Newline-delimited JSON: an object on each line. The first says `"type": "export"`, with `version`, `user_id` and ' +
    '`exported_at`; the last `"type": "end"`, with the `count` of the tasks between; these say `"type": "task"`, with ' +
    'the fields of a task and `deleted_at`',
  examples: [exampleExport],
})
