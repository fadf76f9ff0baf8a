import { type CryptoKey, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import { AppError } from '../errors.ts'
import { isAmbiguous } from './ambiguous-token.ts'
import { type Caller, callerOf, SKEW_SECONDS } from './claims.ts'
import type { KeySet } from './key-set.ts'
import { RefusedToken, reasonOf } from './refusal.ts'
import { TokenCache } from './token-cache.ts'

/** RFC 7515 section 7.1: three base64url segments, nothing else. jose alone lets padding and spaces pass. */
const compactToken = /^[\w-]+\.[\w-]+\.[\w-]+$/
const MAXIMUM_TOKEN_BYTES = 8192
const asymmetricAlgorithms = ['EdDSA', 'ES256', 'ES384', 'RS256', 'PS256']

/**
 * Tells whom a bearer token speaks for.
 *
 * The signature is checked before anything in the token is believed (RFC 8725). Only `exp`, `sub`, `nbf`, `iat`,
 * `iss`, `aud`, `azp` and `client_id` are read; header parameters that name keys (`jwk`, `jku`, `x5c`, `x5u`) are never acted on.
 */
export class TokenVerifier {
  readonly #keys: KeySet | Uint8Array
  readonly #options: JWTVerifyOptions
  readonly #audience: string | undefined
  readonly #now: () => number
  #cache = new TokenCache<Caller>()

  constructor(
    keys: KeySet | Uint8Array,
    expected: { issuer?: string | undefined; audience?: string | undefined },
    now: () => number = Date.now,
  ) {
    this.#keys = keys
    this.#now = now
    this.#audience = expected.audience
    this.#options = {
      algorithms: keys instanceof Uint8Array ? ['HS256'] : asymmetricAlgorithms,
      clockTolerance: SKEW_SECONDS,
      requiredClaims: ['exp', 'sub'],
      ...(expected.issuer !== undefined && { issuer: expected.issuer }),
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
   * @throws {RefusedToken}
   * @throws {AppError} `unavailable` when the issuer's keys were never reachable.
   */
  async verify(token: string): Promise<Caller> {
    if (token.length > MAXIMUM_TOKEN_BYTES) throw new RefusedToken('too_long')
    if (!compactToken.test(token)) throw new RefusedToken('not_a_jwt')
    const now = this.#now()
    const cache = this.#cache
    const payload = await this.#verifySignature(token, now)
    const caller = callerOf(payload, this.#audience, now / 1000)
    if (isAmbiguous(token)) throw new RefusedToken('ambiguous')
    cache.set(token, caller, now)
    return caller
  }

  async #verifySignature(token: string, now: number): Promise<JWTPayload> {
    const options = { ...this.#options, currentDate: new Date(now) }
    const keys = this.#keys instanceof Uint8Array ? this.#keys : this.#keys.getKey
    const { payload, key } = await jwtVerify(token, keys, options).catch((cause: unknown) => {
      throw cause instanceof AppError ? cause : new RefusedToken(reasonOf(cause), { cause })
    })
    if (isTruncated(token, key)) throw new RefusedToken('bad_signature')
    return payload
  }
}

/**
 * RFC 8017 section 8.1.2: an RSA signature is as long as the modulus. OpenSSL also takes a PSS signature without its
 * leading zeros, which would be a second text of the same token.
 */
function isTruncated(token: string, key: CryptoKey | Uint8Array | undefined): boolean {
  if (key === undefined || key instanceof Uint8Array || !('modulusLength' in key.algorithm)) return false
  const signature = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url')
  return signature.length !== Math.ceil(Number(key.algorithm.modulusLength) / 8)
}
