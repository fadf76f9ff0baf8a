import { type Static, Type } from 'typebox'
import { bodyIfMatch, bodyTag } from '../http/contract/entity-tag-schema.ts'
import { serializedUnion, union } from '../http/contract/union.ts'
import { place } from '../moves/schema.ts'
import { NewTask, TaskChanges, TaskPath, TaskRef } from '../tasks/schema.ts'

const id = TaskPath.properties.id
const ownId = Type.Optional(
  Type.String({
    format: 'uuid',
    'x-normalize': 'lowercase',
    description: 'Made by the client, for a task that it has already; later operations may name it',
    examples: ['01979f3e-5d1c-7b3a-9c2e-4f6d8a1b2c3e'],
  }),
)

const CreateOperation = Type.Object(
  { op: Type.Literal('create'), id: ownId, ...NewTask.properties },
  { $id: 'CreateOperation', additionalProperties: false, 'x-whole': 'new task' },
)
const UpdateOperation = Type.Object(
  { op: Type.Literal('update'), id, if_match: bodyIfMatch, ...TaskChanges.properties },
  { $id: 'UpdateOperation', additionalProperties: false, 'x-whole': 'changes' },
)
const DeleteOperation = Type.Object(
  { op: Type.Literal('delete'), id, if_match: bodyIfMatch },
  { $id: 'DeleteOperation', additionalProperties: false },
)
const MoveOperation = Type.Object(
  { op: Type.Literal('move'), id, if_match: bodyIfMatch, ...place },
  { $id: 'MoveOperation', additionalProperties: false, 'x-whole': 'move' },
)

export const MAXIMUM_OPERATIONS = 100

/** Told apart by `op`, so that a fault is reported against the one operation that was meant. */
const Operation = union('Operation', 'op', [CreateOperation, UpdateOperation, DeleteOperation, MoveOperation])
export type Operation = Static<typeof Operation>

export const Batch = Type.Object(
  {
    operations: Type.Array(Operation, {
      minItems: 1,
      maxItems: MAXIMUM_OPERATIONS,
      'x-distinct-creations': true,
    }),
  },
  // Without an id of its own, which works once.
  {
    $id: 'Batch',
    additionalProperties: false,
    examples: [{ operations: [{ op: 'create', title: 'Buy milk' }] }],
  },
)

const status = <Status extends number>(code: Status) => Type.Unsafe<Status>({ type: 'integer', const: code })
const CreateResult = Type.Object(
  { op: Type.Literal('create'), status: status(201), task: TaskRef, etag: bodyTag },
  { $id: 'CreateResult', additionalProperties: false },
)
const next = Type.Optional(
  Type.String({
    format: 'uuid',
    description: 'Of the task that comes next, where one that repeats was completed',
    examples: ['01979f3e-5d1c-7b3a-9c2e-4f6d8a1b2c3f'],
  }),
)
const UpdateResult = Type.Object(
  { op: Type.Literal('update'), status: status(200), task: TaskRef, etag: bodyTag, next },
  { $id: 'UpdateResult', additionalProperties: false },
)
const DeleteResult = Type.Object(
  { op: Type.Literal('delete'), status: status(204), id },
  { $id: 'DeleteResult', additionalProperties: false },
)
const MoveResult = Type.Object(
  { op: Type.Literal('move'), status: status(200), task: TaskRef, etag: bodyTag },
  { $id: 'MoveResult', additionalProperties: false },
)

/**
 * The outcome of an operation: the status it would have had by itself, and the task where there is one. `op` tells
 * results apart, since OpenAPI's discriminators are texts: generators make wrong types for a number.
 */
const Result = union('OperationResult', 'op', [CreateResult, UpdateResult, DeleteResult, MoveResult])
export type Result = Static<typeof Result>

export const BatchResult = Type.Object(
  { results: Type.Array(serializedUnion(Result)) },
  { $id: 'BatchResult', additionalProperties: false },
)
