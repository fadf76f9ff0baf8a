import { type Static, Type } from 'typebox'
import { NewTask, type Task, TaskChanges, TaskPath, TaskRef } from '../tasks/schema.ts'

const id = TaskPath.properties.id

const Create = Type.Object(
  { op: Type.Literal('create'), ...NewTask.properties },
  { additionalProperties: false },
)
const Update = Type.Object(
  { op: Type.Literal('update'), id, ...TaskChanges.properties },
  { additionalProperties: false },
)
const Delete = Type.Object({ op: Type.Literal('delete'), id }, { additionalProperties: false })
export type Operation = Static<typeof Create> | Static<typeof Update> | Static<typeof Delete>

export const MAXIMUM_OPERATIONS = 100

/** Told apart by `op`, so that a fault is reported against the one operation that was meant. */
const Operation = Type.Unsafe<Operation>({
  type: 'object',
  required: ['op'],
  discriminator: { propertyName: 'op' },
  oneOf: [Create, Update, Delete],
})

export const Batch = Type.Object(
  { operations: Type.Array(Operation, { minItems: 1, maxItems: MAXIMUM_OPERATIONS }) },
  { $id: 'Batch', additionalProperties: false },
)

/** What became of an operation: the status it would have had by itself, and the task where there is one. */
export type Result = { status: 200 | 201; task: Task } | { status: 204; id: string }

const Result = Type.Unsafe<Result>({
  type: 'object',
  required: ['status'],
  properties: {
    status: { type: 'integer', enum: [200, 201, 204] },
    task: TaskRef,
    id: { type: 'string', format: 'uuid', description: 'Of a deleted task' },
  },
  additionalProperties: false,
})

export const BatchResult = Type.Object(
  { results: Type.Array(Result) },
  { $id: 'BatchResult', additionalProperties: false },
)
