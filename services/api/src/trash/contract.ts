import { Type } from 'typebox'
import { problems } from '../http/contract/problem-schema.ts'
import { idempotencyHeaders, keyReused } from '../idempotency/idempotently.ts'
import { PageQuery, TaskPath, TaskRef } from '../tasks/schema.ts'
import { TrashList } from './schema.ts'

const tags = ['trash']

export const listTrash = {
  tags,
  summary: 'List deleted tasks, newest deletion first',
  operationId: 'listTrash',
  querystring: PageQuery,
  response: { 200: TrashList, ...problems(422) },
}

export const restoreTask = {
  tags,
  summary: 'Bring a deleted task back',
  operationId: 'restoreTask',
  params: TaskPath,
  headers: idempotencyHeaders,
  response: { 200: TaskRef, ...problems(404, 413, 415, 422, keyReused()) },
}

export const purgeTask = {
  tags,
  summary: 'Delete a task for good',
  operationId: 'purgeTask',
  params: TaskPath,
  response: { 204: Type.Null({ description: 'Deleted for good' }), ...problems(404, 413, 415, 422) },
}

export const emptyTrash = {
  tags,
  summary: 'Empty the trash',
  operationId: 'emptyTrash',
  response: { 204: Type.Null({ description: 'Empty' }), ...problems(413, 415, 422) },
}
