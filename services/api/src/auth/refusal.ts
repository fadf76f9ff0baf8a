import { errors } from 'jose'
import { AppError } from '../errors.ts'

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

/** A token that is not believed, and why. */
export class RefusedToken extends Error {
  readonly reason: RefusalReason

  constructor(reason: RefusalReason, options?: ErrorOptions) {
    super(`the token is refused: ${reason}`, options)
    this.name = 'RefusedToken'
    this.reason = reason
  }
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

/** Why jose did not take a token, or the key for it. */
export function reasonOf(error: unknown): RefusalReason {
  if (error instanceof errors.JWTClaimValidationFailed) return claimReason(error.claim, error.reason)
  for (const [kind, reason] of reasons) {
    if (error instanceof kind) return reason
  }
  return 'unusable_key'
}

const reasons = [
  [errors.JWTExpired, 'expired'],
  [errors.JWSSignatureVerificationFailed, 'bad_signature'],
  [errors.JWKSNoMatchingKey, 'unknown_key'],
  [errors.JWKSMultipleMatchingKeys, 'several_keys'],
  [errors.JOSEAlgNotAllowed, 'wrong_algorithm'],
  [errors.JOSENotSupported, 'unsupported'],
  [errors.JWSInvalid, 'malformed'],
  [errors.JWTInvalid, 'malformed'],
] as const

function claimReason(claim: string, reason: string): RefusalReason {
  if (claim === 'iss') return 'wrong_issuer'
  if (claim === 'sub') return 'bad_sub'
  if (claim === 'exp') return 'bad_exp'
  return reason === 'check_failed' ? 'not_yet_valid' : 'bad_time'
}
