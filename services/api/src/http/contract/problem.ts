import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { AppError, type ErrorCode, type Fault, type RefusalReason } from '../../errors.ts'
import { wrongMediaType } from './body.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Why the answer is 401, where it is. */
    refusal: RefusalReason | undefined
  }
}

interface ProblemKind {
  status: number
  title: string
}

/** The one table from error code to HTTP; a code without a row does not compile. */
export const problemKinds = {
  malformed_request: { status: 400, title: 'Malformed request' },
  unauthenticated: { status: 401, title: 'Unauthenticated' },
  forbidden: { status: 403, title: 'Forbidden' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  conflict: { status: 409, title: 'Conflict' },
  gone: { status: 410, title: 'Gone' },
  precondition_failed: { status: 412, title: 'Precondition failed' },
  payload_too_large: { status: 413, title: 'Payload too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  validation_failed: { status: 422, title: 'Validation failed' },
  idempotency_key_reused: { status: 422, title: 'Idempotency key reused' },
  quota_exceeded: { status: 422, title: 'Quota exceeded' },
  rate_limited: { status: 429, title: 'Rate limited' },
  internal: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Unavailable' },
} satisfies Record<ErrorCode, ProblemKind>

/** RFC 9457 problem details, as every error answer carries them. */
export interface Problem {
  type: 'about:blank'
  title: string
  status: number
  code: ErrorCode
  detail: string
  errors?: readonly Fault[]
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8'

interface Refusal {
  code: ErrorCode
  detail: string
}

/** Refusals before a route is reached, by the framework or by us, by their status. */
const refusals = {
  400: { code: 'malformed_request', detail: 'The request is not well-formed HTTP with a JSON body' },
  403: { code: 'forbidden', detail: 'Forbidden' },
  404: { code: 'not_found', detail: 'Not found' },
  405: { code: 'method_not_allowed', detail: 'The method is not served here' },
  408: { code: 'malformed_request', detail: 'The request took too long to arrive' },
  412: { code: 'precondition_failed', detail: 'The file is not what the request expects it to be' },
  413: { code: 'payload_too_large', detail: 'The request body is too large' },
  414: { code: 'malformed_request', detail: 'The URL is too long' },
  415: { code: 'unsupported_media_type', detail: 'The Content-Type header must be application/json' },
  416: { code: 'malformed_request', detail: 'The file has no such range' },
  431: { code: 'malformed_request', detail: 'The URL and the headers are too large together' },
} satisfies Record<number, Refusal>

export type RefusedStatus = keyof typeof refusals

export function refusal(status: RefusedStatus): Problem {
  const { code, detail }: Refusal = refusals[status]
  return { type: 'about:blank', title: problemKinds[code].title, status, code, detail }
}

/** An error that is answered with this refusal, for those who can only throw. */
export function refusedError(status: RefusedStatus): Error {
  return Object.assign(new Error(refusals[status].detail), { statusCode: status, expose: true })
}

export function isRefusedStatus(status: number): status is RefusedStatus {
  return Object.hasOwn(refusals, status)
}

export function problemOf(error: AppError): Problem {
  const { status, title } = problemKinds[error.code]
  const problem: Problem = { type: 'about:blank', title, status, code: error.code, detail: error.message }
  if (error.faults.length > 0) problem.errors = error.faults
  return problem
}

/** Answers any error thrown anywhere. What nobody expected is logged in full and told as "Internal error". */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof AppError) {
    request.refusal = error.reason
    if (error.cause !== undefined) request.log.debug({ err: error.cause }, 'the cause of a refusal')
    return sendProblem(reply.headers(error.headers), problemOf(error))
  }
  if (error instanceof Error && error === request.raw.errored) {
    request.log.debug({ err: error }, 'the client hung up in the middle of its request')
    return sendProblem(reply, problemOf(new AppError('malformed_request', 'The request was cut off')))
  }
  if (isMediaTypeError(error)) return sendProblem(reply, problemOf(wrongMediaType(request)))
  const refused = isHttpError(error) ? (error.statusCode ?? 500) : 500
  if (isRefusedStatus(refused)) return sendProblem(reply, refusal(refused))
  request.log.error({ err: error, requestId: request.id }, 'internal error')
  const detail = `Internal error; the request id is ${request.id}`
  return sendProblem(reply, problemOf(new AppError('internal', detail)))
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).header('content-type', PROBLEM_MEDIA_TYPE).send(JSON.stringify(problem))
}

function isMediaTypeError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE'
}

/** The framework's own, or one of http-errors that is meant to be shown, as the static files' are. */
function isHttpError(error: unknown): error is FastifyError {
  if (!(error instanceof Error)) return false
  return (
    ('expose' in error && error.expose === true) || ('code' in error && String(error.code).startsWith('FST_'))
  )
}
