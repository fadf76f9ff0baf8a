import { errors } from 'jose'
import { AppError, type RefusalReason } from '../errors.ts'

/** A token that is not believed, and why. */
export class RefusedToken extends Error {
  readonly reason: RefusalReason

  constructor(reason: RefusalReason, options?: ErrorOptions) {
    super(`the token is refused: ${reason}`, options)
    this.name = 'RefusedToken'
    this.reason = reason
  }
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

/** One answer for an unknown address and a wrong password. */
export function wrongCredentials(cause?: unknown): AppError {
  return new AppError('unauthenticated', 'The e-mail address or the password is wrong', {
    reason: 'wrong_credentials',
    cause,
    headers: { 'www-authenticate': 'Bearer' },
  })
}

export function accountExists(cause?: unknown): AppError {
  return new AppError('conflict', 'An account with this e-mail address exists already: sign in instead', {
    cause,
  })
}

export function sessionNotFound(): AppError {
  return new AppError('not_found', 'Session not found')
}

export function noSession(): AppError {
  return new AppError(
    'unauthenticated',
    'A session is required: sign in, and send the session token as Bearer',
    {
      reason: 'no_session',
      headers: { 'www-authenticate': 'Bearer' },
    },
  )
}
