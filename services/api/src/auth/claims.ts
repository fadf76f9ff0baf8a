import type { JWTPayload } from 'jose'
import { RefusedToken } from './refusal.ts'
import { userIdOf } from './subject.ts'

/** Who a token speaks for, and until when (milliseconds since the epoch, skew included). */
export interface Caller {
  readonly userId: string
  readonly expiresAt: number
}

export const SKEW_SECONDS = 30

/**
 * Whom verified claims speak for, by the checks that jose leaves out: numbers that are numbers, times in parts of a
 * second, a sane `sub`, and for whom a token without an `aud` was made. `now` is in seconds.
 *
 * @throws {RefusedToken}
 */
export function callerOf(claims: JWTPayload, audience: string | undefined, now: number): Caller {
  const { exp, iss, sub } = claims
  if (typeof exp !== 'number' || !Number.isFinite(exp)) throw new RefusedToken('bad_exp')
  if (exp <= now - SKEW_SECONDS) throw new RefusedToken('expired')
  refuseFuture(claims, now)
  if (audience !== undefined) refuseOthers(claims, audience)
  // Where no issuer is configured, a holder of the secret may name several; each has its own subjects.
  const userId = userIdOf(typeof iss === 'string' ? iss : '', sub)
  if (userId === undefined) throw new RefusedToken('bad_sub')
  return { userId, expiresAt: (exp + SKEW_SECONDS) * 1000 }
}

function refuseFuture({ nbf, iat }: JWTPayload, now: number): void {
  for (const time of [nbf, iat]) {
    if (time === undefined) continue
    if (typeof time !== 'number' || !Number.isFinite(time)) throw new RefusedToken('bad_time')
    if (time > now + SKEW_SECONDS) throw new RefusedToken('not_yet_valid')
  }
}

/**
 * A token is for those in its `aud` (RFC 7519 section 4.1.3). Some providers write none, and name the client instead:
 * in `azp` (OpenID Connect Core section 2) or in `client_id` (RFC 9068 section 2.2).
 */
function refuseOthers({ aud, azp, client_id: clientId }: JWTPayload, audience: string): void {
  if (aud !== undefined) {
    const audiences: unknown[] = [aud].flat()
    if (!audiences.includes(audience)) throw new RefusedToken('wrong_aud')
  } else if (azp !== undefined) {
    if (azp !== audience) throw new RefusedToken('wrong_azp')
  } else if (clientId !== undefined) {
    if (clientId !== audience) throw new RefusedToken('wrong_client_id')
  } else {
    throw new RefusedToken('no_audience')
  }
}
