import { type Static, Type } from 'typebox'
import { TaskRef } from '../tasks/schema.ts'

const TaskChanged = Type.Object(
  { type: Type.Literal('task'), task: TaskRef },
  { additionalProperties: false, description: 'The task as it is now' },
)
const TaskDeleted = Type.Object(
  { type: Type.Literal('deleted'), id: Type.String({ format: 'uuid' }) },
  { additionalProperties: false },
)

export const Change = Type.Union([TaskChanged, TaskDeleted], { $id: 'Change' })
export type Change = Static<typeof Change>

export const ChangeList = Type.Object(
  {
    changes: Type.Array(Type.Unsafe<Change>({ $ref: 'Change#' })),
    next: Type.String({ description: 'The token to ask with next time' }),
    has_more: Type.Boolean({ description: 'Ask again at once' }),
  },
  { $id: 'ChangeList', additionalProperties: false },
)
export type ChangeList = Static<typeof ChangeList>

const since = Type.String({
  maxLength: 200,
  'x-text': true,
  description: 'The `next` of an earlier answer; without it, everything',
})

export const ChangesQuery = Type.Object(
  {
    since: Type.Optional(since),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'Default 100' })),
  },
  { additionalProperties: false },
)

export const EventsQuery = Type.Object(
  {
    since: Type.Optional(
      Type.String({
        maxLength: 200,
        'x-text': true,
        description: 'As Last-Event-ID, for a first connection',
      }),
    ),
  },
  { additionalProperties: false },
)
