import { type Static, Type } from 'typebox'
import { Task, TaskList } from '../tasks/schema.ts'

export const TrashedTask = Type.Object(
  {
    ...Task.properties,
    deleted_at: Type.String({ format: 'date-time', examples: ['2026-11-27T09:00:00.000Z'] }),
    purge_at: Type.String({
      format: 'date-time',
      description: 'When it will be deleted for good',
      examples: ['2026-12-27T09:00:00.000Z'],
    }),
  },
  { $id: 'TrashedTask', additionalProperties: false },
)
export type TrashedTask = Static<typeof TrashedTask>

export const TrashList = Type.Object(
  { ...TaskList.properties, data: Type.Array(Type.Unsafe<TrashedTask>({ $ref: 'TrashedTask#' })) },
  { $id: 'TrashList', additionalProperties: false },
)
export type TrashList = Static<typeof TrashList>
