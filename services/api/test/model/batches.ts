import { isDeepStrictEqual } from 'node:util'
import type { Answer } from '../support/client.ts'
import type { Changes, SentOperation } from './commands.ts'
import {
  expected,
  isValid,
  judgeChange,
  judgeCreate,
  judgeOne,
  type Known,
  type Outcome,
  replace,
  type World,
} from './model.ts'
import { planned, takenBack } from './repetition.ts'

/** All operations as if they came one by one, or none. */
export function judgeBatch(world: World, operations: readonly SentOperation[], answer: Answer): Outcome {
  const refusal = refusalOf(world, operations)
  if (refusal !== undefined) return expected(refusal, answer, world)
  if (answer.status !== 200) return expected(200, answer)
  let after = world
  for (const [index, operation] of operations.entries()) {
    const outcome = judgeOperation(after, operation, alone(operation, answer.body.results[index]))
    if ('wrong' in outcome) return { wrong: `operation ${index}: ${outcome.wrong}` }
    after = outcome.world
  }
  return { world: after }
}

function judgeOperation(world: World, operation: SentOperation, answer: Answer): Outcome {
  switch (operation.op) {
    case 'create': {
      const { op: _, ...task } = operation
      return judgeCreate(world, task, answer)
    }
    case 'update': {
      const { op: _, id, ...changes } = operation
      return judgeChange(world, changes, id, answer)
    }
    default:
      return judgeOne(world, operation.op, operation.id, answer)
  }
}

interface Result {
  status: number
  task?: { id: string }
  etag?: string
  next?: string
}

/** The result as the answer that the operation would have had by itself. */
function alone({ op }: SentOperation, { status, task, etag, next }: Result): Answer {
  const headers = new Headers()
  if (etag !== undefined) headers.set('etag', etag)
  if (op === 'create') headers.set('location', `/tasks/${task?.id}`)
  if (next !== undefined) headers.set('link', `</tasks/${next}>; rel="next"`)
  return { status, headers, text: JSON.stringify(task), body: task ?? null }
}

/** What is invalid in itself comes first, then what does not fit its task, then what is not found. */
function refusalOf(world: World, operations: readonly SentOperation[]): number | undefined {
  const isInvalid = (operation: SentOperation) => !isValid(fieldsOf(operation), operation.op === 'create')
  if (operations.some(isInvalid)) return 422
  const refusals = new Set<number>()
  let after = world
  for (const operation of operations) {
    if (operation.op === 'create') continue
    const { id } = operation
    const known = after.find(({ task, isDeleted }) => task.id === id && !isDeleted)
    const changed =
      known && (operation.op === 'update' ? updated(known, operation) : { ...known, isDeleted: true })
    if (known === undefined) refusals.add(404)
    else if (changed === undefined) refusals.add(422)
    else {
      after = replace(after, id, changed)
      if (known.task.completed && !changed.task.completed) after = takenBack(after, changed)
    }
  }
  return [422, 404].find((status) => refusals.has(status))
}

function updated(known: Known, operation: SentOperation & { op: 'update' }): Known | undefined {
  const task = planned(known.task, fieldsOf(operation))
  if (task === undefined || isDeepStrictEqual(task, known.task)) return task && known
  return { ...known, task: { ...task, updated_at: 'later' } }
}

/** What is told of the task itself. */
function fieldsOf(operation: SentOperation): Changes {
  if (operation.op === 'delete') return {}
  const { op: _, ...fields } = operation
  if (!('id' in fields)) return fields
  const { id: __, ...changes } = fields
  return changes
}
