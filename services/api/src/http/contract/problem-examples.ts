import { AppError, unauthenticated, unavailable } from '../../errors.ts'
import { type Problem, problemOf, refusal } from './problem.ts'

const exampleOf = (code: AppError['code'], detail: string, options = {}): Problem =>
  problemOf(new AppError(code, detail, options))

const unknownParameter = { in: 'query', path: '/colour', message: 'is not a known parameter' }

/**
 * An example of a refusal for each status that looks the same on every route; each route gives its own for the others.
 * A test compares them with real answers.
 */
export const problemExamples = {
  400: exampleOf('malformed_request', 'The URL is not valid UTF-8'),
  401: problemOf(unauthenticated('no_token', true)),
  403: exampleOf('forbidden', 'Requests from another site are not accepted here'),
  404: exampleOf('not_found', 'Task not found'),
  410: exampleOf('gone', 'This token is too old: deletions since then are forgotten; start again without it'),
  412: exampleOf('precondition_failed', 'The task has changed since the entity tag in If-Match was given'),
  413: refusal(413),
  414: refusal(414),
  415: refusal(415),
  422: exampleOf('validation_failed', 'colour is not a known parameter', { faults: [unknownParameter] }),
  429: exampleOf('rate_limited', 'Too many requests; try again in 12 s'),
  431: refusal(431),
  500: exampleOf('internal', 'Internal error; the request id is 01a62c1f-9c2e-7d2b-8f0e-3b6d5a4c1e90'),
  503: problemOf(unavailable('The database is not reachable')),
} satisfies Record<number, Problem>

export type ExampleStatus = keyof typeof problemExamples
