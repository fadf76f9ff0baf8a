import { problems } from '../http/contract/problem-schema.ts'
import { idempotencyHeaders, keyReused } from '../idempotency/idempotently.ts'
import { TaskPath, TaskRef } from '../tasks/schema.ts'
import { Move } from './schema.ts'

export const moveTask = {
  tags: ['tasks'],
  summary: 'Move a task in the order by hand',
  operationId: 'moveTask',
  description: 'Its `position` and its entity tag change, `updated_at` does not.',
  params: TaskPath,
  headers: idempotencyHeaders,
  body: Move,
  response: { 200: TaskRef, ...problems(404, 413, 415, 422, keyReused()) },
}
