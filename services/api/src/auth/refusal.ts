import { errors } from 'jose'
import type { RefusalReason } from '../errors.ts'

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
