import { AppError, type ErrorCode, type Fault } from '../errors.ts'
import type { Result } from './schema.ts'

/** Why an operation is not done: the kind of error, and the field of the operation that is at fault. */
export interface Refusal {
  refused: Kind
  field: string
  /** Where the kind's own words are not enough. */
  message?: string
}

type Kind = 'validation_failed' | 'not_found' | 'conflict' | 'precondition_failed'

/** Of several kinds the batch answers the first. What is invalid in itself never comes so far. */
const kinds = {
  validation_failed: {
    detail: 'Nothing was changed, since some of the changes do not fit their tasks',
    message: 'does not fit the task',
  },
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

const order = ['validation_failed', 'not_found', 'conflict', 'precondition_failed'] as const

export function isResult(outcome: Result | Refusal): outcome is Result {
  return !('refused' in outcome)
}

/** Names all operations that failed in the first of the ways in which any did. */
export function refuseBatch(outcomes: readonly (Result | Refusal)[]): never {
  const first = order.find((kind) =>
    outcomes.some((outcome) => !isResult(outcome) && outcome.refused === kind),
  )
  if (first === undefined) throw new Error('no operation was refused')
  const faults = outcomes.flatMap((outcome, index) =>
    !isResult(outcome) && outcome.refused === first
      ? [faultOf(first, `/operations/${index}/${outcome.field}`, outcome.message)]
      : [],
  )
  throw new AppError(first, kinds[first].detail, { faults })
}

/** As the document shows it. */
export function batchRefusal(kind: Kind, places: readonly string[]): AppError {
  return new AppError(kind, kinds[kind].detail, { faults: places.map((path) => faultOf(kind, path)) })
}

function faultOf(kind: Kind, path: string, message: string = kinds[kind].message): Fault {
  return { in: 'body', path, message }
}
