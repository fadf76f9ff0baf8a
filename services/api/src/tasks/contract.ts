import { Type } from 'typebox'
import { DEFAULT_QUOTA, quotaExceeded } from '../database/quota.ts'
import { MERGE_PATCH, mediaTypeDue } from '../http/contract/body.ts'
import { ifMatch, ifNoneMatch, notModified } from '../http/contract/entity-tag-schema.ts'
import { problems } from '../http/contract/problem-schema.ts'
import { idempotencyHeaders, keyReused } from '../idempotency/idempotently.ts'
import { ListQuery, NewTask, TaskChanges, TaskList, TaskPath, TaskRef } from './schema.ts'

const tags = ['tasks']

export const createTask = {
  tags,
  summary: 'Create a task',
  operationId: 'createTask',
  body: NewTask,
  headers: idempotencyHeaders,
  response: {
    201: TaskRef,
    ...problems(400, 413, 415, 422, keyReused(), quotaExceeded(DEFAULT_QUOTA)),
  },
}

export const listTasks = {
  tags,
  summary: 'List tasks, newest first',
  operationId: 'listTasks',
  querystring: ListQuery,
  headers: ifNoneMatch,
  response: { 200: TaskList, 304: notModified, ...problems(422) },
}

export const getTask = {
  tags,
  summary: 'Get a task',
  operationId: 'getTask',
  params: TaskPath,
  headers: ifNoneMatch,
  response: { 200: TaskRef, 304: notModified, ...problems(404, 422) },
}

export const updateTask = {
  tags,
  summary: 'Change a task',
  operationId: 'updateTask',
  // Also taken as application/merge-patch+json. Of two types a generated client picks none, so one is described.
  description:
    'Absent fields stay as they are; `"description": null` clears the description. ' +
    '`application/merge-patch+json` (RFC 7396) is taken as well. Completing a task that has a `recurrence` makes the ' +
    'next one, once; the answer has its address in `Link`, with `rel="next"`. `"completed": false` takes that one back ' +
    'for good, if it was not changed but for its position.',
  params: TaskPath,
  headers: ifMatch,
  body: TaskChanges,
  response: { 200: TaskRef, ...problems(404, 412, 413, mediaTypeDue('application/json', MERGE_PATCH)) },
}

export const deleteTask = {
  tags,
  summary: 'Delete a task',
  operationId: 'deleteTask',
  params: TaskPath,
  headers: ifMatch,
  response: { 204: Type.Null({ description: 'Deleted' }), ...problems(404, 412, 413, 415, 422) },
}
