import type { components, operations } from './generated/api.ts'

export type Task = components['schemas']['Task']
export type Change = components['schemas']['Change']

type JsonBody<Name extends keyof operations> = operations[Name] extends {
  requestBody: { content: { 'application/json': infer Body } }
}
  ? Body
  : never

type JsonAnswer<Name extends keyof operations, Status extends number> = operations[Name] extends {
  responses: Record<Status, { content: { 'application/json': infer Body } }>
}
  ? Body
  : never

export type NewTask = JsonBody<'createTask'>
export type TaskChanges = JsonBody<'updateTask'>
export type Operation = JsonBody<'batchTasks'>['operations'][number]
export type OperationResult = JsonAnswer<'batchTasks', 200>['results'][number]
export type Move = JsonBody<'moveTask'>
export type Tag = JsonAnswer<'listTags', 200>['data'][number]
export type TaskList = JsonAnswer<'listTasks', 200>
export type ChangeList = JsonAnswer<'listChanges', 200>

/** Which tasks, and in which order. */
export type TaskFilter = Omit<
  NonNullable<operations['listTasks']['parameters']['query']>,
  'page' | 'cursor' | 'per_page'
>
