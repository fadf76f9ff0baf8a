import type { components } from './generated/api.ts'

/** RFC 9457 problem details, as the API answers every error. */
export type Problem = components['schemas']['Problem']
export type ErrorCode = Problem['code']

/** An answer of the API that is an error. `code` is stable; `problem.errors` lists the faults of a refused request. */
export class TasklaneError extends Error {
  readonly status: number
  readonly problem: Problem
  readonly requestId: string | undefined

  constructor(problem: Problem, requestId: string | undefined) {
    super(problem.detail)
    this.name = 'TasklaneError'
    this.status = problem.status
    this.problem = problem
    this.requestId = requestId
  }

  get code(): ErrorCode {
    return this.problem.code
  }
}

/** The error of an answer, also where something between us and the API answered in its place. */
export function errorOf(response: Response, body: unknown): TasklaneError {
  const requestId = response.headers.get('x-request-id') ?? undefined
  if (isProblem(body)) return new TasklaneError(body, requestId)
  const detail = `The answer was ${response.status} without a problem document`
  const code = response.status >= 500 ? 'unavailable' : 'malformed_request'
  return new TasklaneError(
    { type: 'about:blank', title: response.statusText, status: response.status, code, detail },
    requestId,
  )
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'status' in body && 'detail' in body
}
