import { AppError, type ErrorCode, type Fault } from '../errors.ts'
import type { Result } from './schema.ts'

/** Why an operation is not done: the kind of error, and the field of the operation that is at fault. */
export interface Refusal {
  refused: Kind
  field: string
}

type Kind = 'not_found' | 'conflict' | 'precondition_failed'

/** Of several kinds the batch answers the first. What is invalid in itself never comes so far. */
const kinds = {
  not_found: {
    detail: 'Nothing was changed, since some of the tasks were not found',
    message: 'is not the id of a task',
  },
  conflict: {
    detail: 'Nothing was changed, since some of the new tasks have ids that you used before',
    message: 'is the id of a task that you have, or had',
  },
  precondition_failed: {
    detail: 'Nothing was changed, since some of the tasks have changed since their entity tags were given',
    message: 'is not the entity tag of the task any more',
  },
} satisfies Partial<Record<ErrorCode, { detail: string; message: string }>>

const order = ['not_found', 'conflict', 'precondition_failed'] as const

export function isResult(outcome: Result | Refusal): outcome is Result {
  return !('refused' in outcome)
}

/** Names all operations that failed in the first of the ways in which any did. */
export function refuseBatch(outcomes: readonly (Result | Refusal)[]): never {
  const first = order.find((kind) =>
    outcomes.some((outcome) => !isResult(outcome) && outcome.refused === kind),
  )
  if (first === undefined) throw new Error('no operation was refused')
  const places = outcomes.flatMap((outcome, index) =>
    !isResult(outcome) && outcome.refused === first ? [`/operations/${index}/${outcome.field}`] : [],
  )
  throw batchRefusal(first, places)
}

export function batchRefusal(kind: Kind, places: readonly string[]): AppError {
  const { detail, message } = kinds[kind]
  const faults = places.map((path): Fault => ({ in: 'body', path, message }))
  return new AppError(kind, detail, { faults })
}
