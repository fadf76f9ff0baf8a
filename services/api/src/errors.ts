/** Every error code that a client may see. Codes are stable; messages may change. */
export const errorCodes = [
  'malformed_request',
  'unauthenticated',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'conflict',
  'gone',
  'precondition_failed',
  'payload_too_large',
  'unsupported_media_type',
  'validation_failed',
  'idempotency_key_reused',
  'quota_exceeded',
  'rate_limited',
  'internal',
  'unavailable',
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** Why somebody was not let in: for the log in these words alone, and for no answer. */
export const refusalReasons = [
  'no_token',
  'not_a_jwt',
  'too_long',
  'malformed',
  'ambiguous',
  'unsupported',
  'wrong_algorithm',
  'unknown_key',
  'several_keys',
  'unusable_key',
  'bad_signature',
  'expired',
  'not_yet_valid',
  'bad_exp',
  'bad_time',
  'bad_sub',
  'wrong_issuer',
  'wrong_aud',
  'wrong_azp',
  'wrong_client_id',
  'no_audience',
  'deleted_account',
  'no_session',
  'wrong_credentials',
] as const

export type RefusalReason = (typeof refusalReasons)[number]

/** One fault in what was sent: where it is (a JSON pointer within that part) and what to change. */
export interface Fault {
  in: 'body' | 'query' | 'path' | 'header'
  path: string
  message: string
}

export interface AppErrorOptions extends ErrorOptions {
  faults?: readonly Fault[]
  /** Response headers that belong to this error, such as Allow or Retry-After. */
  headers?: Readonly<Record<string, string>>
  /** Of a 401: for the log, never for the caller. */
  reason?: RefusalReason
}

/** An error whose message is safe to show to the caller. Any other error is a bug. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly faults: readonly Fault[]
  readonly headers: Readonly<Record<string, string>>
  readonly reason: RefusalReason | undefined

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
    this.faults = options.faults ?? []
    this.headers = options.headers ?? {}
    this.reason = options.reason
  }
}

/** Returns `never`, so it can end an expression: `rows[0] ?? notFound('Task')`. */
export function notFound(what: string): never {
  throw new AppError('not_found', `${what} not found`)
}

/** Nobody reads more than this, and thousands of faults must not cost us thousands of messages. */
const MAXIMUM_FAULTS = 100

/** Throws `validation_failed` with the faults, 100 at most; the detail repeats them in one line. */
export function invalid(all: readonly Fault[]): never {
  const faults = all.slice(0, MAXIMUM_FAULTS)
  const detail = faults.map((fault) => `${subjectOf(fault)} ${fault.message}`.trim()).join('; ')
  throw new AppError('validation_failed', detail, { faults })
}

function subjectOf(fault: Fault): string {
  return fault.path === '' ? fault.in : fault.path.slice(1).replaceAll('/', '.')
}

/** Something that we depend on is away for the moment; the caller may try again. */
export function unavailable(message: string, cause?: unknown): AppError {
  return new AppError('unavailable', message, { cause, headers: { 'retry-after': '1' } })
}

const detail = 'A valid access token is required'
/** A session token is what people send first. */
const builtInDetail = `${detail}. A session token is none: GET /auth/token answers an access token for it`

/** One body for every cause, so that nothing is learned from trying; it names only what this configuration has. */
export function unauthenticated(reason: RefusalReason, hasBuiltInIssuer: boolean, cause?: unknown): AppError {
  // RFC 6750 section 3.1: no error code where no token was sent, or credentials of another scheme.
  const challenge = reason === 'no_token' ? 'Bearer' : 'Bearer error="invalid_token"'
  return new AppError('unauthenticated', hasBuiltInIssuer ? builtInDetail : detail, {
    reason,
    cause,
    headers: { 'www-authenticate': challenge },
  })
}
