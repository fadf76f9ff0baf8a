import { type CryptoKey, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import { AppError } from '../errors.ts'
import { isAmbiguous } from './ambiguous-token.ts'
import type { KeySet } from './key-set.ts'
import { userIdOf } from './subject.ts'
import { TokenCache } from './token-cache.ts'

/** Who a token speaks for, and until when (milliseconds since the epoch, skew included). */
export interface Caller {
  readonly userId: string
  readonly expiresAt: number
}

/** RFC 7515 section 7.1: three base64url segments, nothing else. jose alone lets padding and spaces pass. */
const compactToken = /^[\w-]+\.[\w-]+\.[\w-]+$/
const MAXIMUM_TOKEN_BYTES = 8192
const SKEW_SECONDS = 30
const asymmetricAlgorithms = ['EdDSA', 'ES256', 'RS256', 'PS256']

/**
 * Tells whom a bearer token speaks for.
 *
 * The signature is checked before anything in the token is believed (RFC 8725). Only `exp`, `sub`, `nbf`, `iat`,
 * `iss` and `aud` are read; header parameters that name keys (`jwk`, `jku`, `x5c`, `x5u`) are never acted on.
 */
export class TokenVerifier {
  readonly #keys: KeySet | Uint8Array
  readonly #options: JWTVerifyOptions
  readonly #now: () => number
  #cache = new TokenCache<Caller>()

  constructor(
    keys: KeySet | Uint8Array,
    expected: { issuer?: string | undefined; audience?: string | undefined },
    now: () => number = Date.now,
  ) {
    this.#keys = keys
    this.#now = now
    this.#options = {
      algorithms: keys instanceof Uint8Array ? ['HS256'] : asymmetricAlgorithms,
      clockTolerance: SKEW_SECONDS,
      requiredClaims: ['exp', 'sub'],
      ...(expected.issuer !== undefined && { issuer: expected.issuer }),
      ...(expected.audience !== undefined && { audience: expected.audience }),
    }
  }

  /** The caller of a token that was verified a moment ago, without work; undefined asks for `verify`. */
  recall(token: string): Caller | undefined {
    return this.#cache.get(token, this.#now())
  }

  /** Forgets all verified tokens, those being verified included, for when the issuer's keys have changed. */
  forget(): void {
    this.#cache = new TokenCache()
  }

  /**
   * @throws {AppError} `unauthenticated`, the same for every cause, or `unavailable` when the issuer's keys were
   *   never reachable.
   */
  async verify(token: string): Promise<Caller> {
    if (token.length > MAXIMUM_TOKEN_BYTES || !compactToken.test(token)) throw invalidToken()
    const now = this.#now()
    const cache = this.#cache
    const payload = await this.#verifySignature(token, now)
    const caller = callerOf(payload, now / 1000)
    if (caller === undefined || isAmbiguous(token)) throw invalidToken()
    cache.set(token, caller, now)
    return caller
  }

  async #verifySignature(token: string, now: number): Promise<JWTPayload> {
    const options = { ...this.#options, currentDate: new Date(now) }
    const keys = this.#keys instanceof Uint8Array ? this.#keys : this.#keys.getKey
    try {
      const { payload, key } = await jwtVerify(token, keys, options)
      if (isCut(token, key)) throw invalidToken()
      return payload
    } catch (error) {
      if (error instanceof AppError) throw error
      throw invalidToken(error)
    }
  }
}

/**
 * RFC 8017 section 8.1.2: an RSA signature is as long as the modulus. OpenSSL also takes a PSS signature without its
 * leading zeros, which would be a second text of the same token.
 */
function isCut(token: string, key: CryptoKey | Uint8Array | undefined): boolean {
  if (key === undefined || key instanceof Uint8Array || !('modulusLength' in key.algorithm)) return false
  const signature = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url')
  return signature.length !== Math.ceil(Number(key.algorithm.modulusLength) / 8)
}

/** RFC 6750 section 3.1. One body for every cause, so that nothing is learned from trying. */
export function invalidToken(cause?: unknown): AppError {
  return new AppError('unauthenticated', 'A valid bearer token is required', {
    cause,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  })
}

/** The checks that jose leaves out: numbers that are numbers, times in parts of a second, a sane `sub`. */
function callerOf(payload: JWTPayload, now: number): Caller | undefined {
  const { exp, nbf, iat, iss, sub } = payload
  if (typeof exp !== 'number' || !Number.isFinite(exp) || exp <= now - SKEW_SECONDS) return undefined
  for (const time of [nbf, iat]) {
    if (time === undefined) continue
    if (typeof time !== 'number' || !Number.isFinite(time) || time > now + SKEW_SECONDS) return undefined
  }
  // Where no issuer is configured, whoever has the secret may name several; each has its own subjects.
  const userId = userIdOf(typeof iss === 'string' ? iss : '', sub)
  return userId === undefined ? undefined : { userId, expiresAt: (exp + SKEW_SECONDS) * 1000 }
}
