import { type Static, Type } from 'typebox'
import { bodyTag } from '../http/contract/entity-tag-schema.ts'
import { serializedUnion, union } from '../http/contract/union.ts'
import { exampleId } from '../tasks/fields.ts'
import { exampleSealed, TaskRef } from '../tasks/schema.ts'

const TaskChange = Type.Object(
  { type: Type.Literal('task'), task: TaskRef, etag: bodyTag },
  { $id: 'TaskChange', additionalProperties: false, description: 'A task as it is now' },
)
const TaskDeletion = Type.Object(
  { type: Type.Literal('deleted'), id: Type.String({ format: 'uuid', examples: [exampleId] }) },
  { $id: 'TaskDeletion', additionalProperties: false, description: 'A task that is deleted' },
)

export const Change = union('Change', 'type', [TaskChange, TaskDeletion])
export type Change = Static<typeof Change>

export const ChangeList = Type.Object(
  {
    changes: Type.Array(serializedUnion(Change)),
    next: Type.String({ description: 'The token to ask with next time', examples: [exampleSealed] }),
    has_more: Type.Boolean({ description: 'Ask again at once', examples: [false] }),
  },
  { $id: 'ChangeList', additionalProperties: false },
)
export type ChangeList = Static<typeof ChangeList>

const since = Type.String({
  maxLength: 200,
  'x-text': true,
  description: 'The `next` of an earlier answer; without it, everything',
  examples: [exampleSealed],
})

export const ChangesQuery = Type.Object(
  {
    since: Type.Optional(since),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 5000, description: 'Default 100', examples: [100] }),
    ),
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
        examples: [exampleSealed],
      }),
    ),
  },
  { additionalProperties: false },
)
