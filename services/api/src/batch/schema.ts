import { type Static, Type } from 'typebox'
import { serializedUnion, union } from '../http/contract/union.ts'
import { NewTask, TaskChanges, TaskPath, TaskRef } from '../tasks/schema.ts'

const id = TaskPath.properties.id

const CreateOperation = Type.Object(
  { op: Type.Literal('create'), ...NewTask.properties },
  { $id: 'CreateOperation', additionalProperties: false },
)
const UpdateOperation = Type.Object(
  { op: Type.Literal('update'), id, ...TaskChanges.properties },
  { $id: 'UpdateOperation', additionalProperties: false },
)
const DeleteOperation = Type.Object(
  { op: Type.Literal('delete'), id },
  { $id: 'DeleteOperation', additionalProperties: false },
)

export const MAXIMUM_OPERATIONS = 100

/** Told apart by `op`, so that a fault is reported against the one operation that was meant. */
const Operation = union('Operation', 'op', [CreateOperation, UpdateOperation, DeleteOperation])
export type Operation = Static<typeof Operation>

export const Batch = Type.Object(
  { operations: Type.Array(Operation, { minItems: 1, maxItems: MAXIMUM_OPERATIONS }) },
  { $id: 'Batch', additionalProperties: false },
)

const status = <Status extends number>(code: Status) => Type.Unsafe<Status>({ type: 'integer', const: code })
const CreateResult = Type.Object(
  { op: Type.Literal('create'), status: status(201), task: TaskRef },
  { $id: 'CreateResult', additionalProperties: false },
)
const UpdateResult = Type.Object(
  { op: Type.Literal('update'), status: status(200), task: TaskRef },
  { $id: 'UpdateResult', additionalProperties: false },
)
const DeleteResult = Type.Object(
  { op: Type.Literal('delete'), status: status(204), id },
  { $id: 'DeleteResult', additionalProperties: false },
)

/**
 * The outcome of an operation: the status it would have had by itself, and the task where there is one. `op` tells
 * results apart, since OpenAPI's discriminators are texts: generators make wrong types for a number.
 */
const Result = union('OperationResult', 'op', [CreateResult, UpdateResult, DeleteResult])
export type Result = Static<typeof Result>

export const BatchResult = Type.Object(
  { results: Type.Array(serializedUnion(Result)) },
  { $id: 'BatchResult', additionalProperties: false },
)
