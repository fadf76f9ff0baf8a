import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { unavailable } from '../errors.ts'

/** Keys older than this are fetched again beside the next request, which does not wait for it. */
const FRESH_MILLISECONDS = 30_000
/** An unknown `kid` may be a rotated key, or an attacker's: it makes us ask, but no more often than this. */
const UNKNOWN_KEY_COOLDOWN_MILLISECONDS = 30_000

type Resolver = ReturnType<typeof createLocalJWKSet>

/**
 * An issuer's public keys (RFC 7517), kept through its outages.
 *
 * A rotated key is picked up within 30 s, and a key that the issuer withdrew stops working within as long.
 * While the issuer is down the last good keys go on working.
 */
export class KeySet {
  readonly #fetchKeys: () => Promise<JSONWebKeySet>
  readonly #onChange: () => void
  readonly #onFailure: (error: unknown) => void
  #resolver: Resolver | undefined
  #text = ''
  #fetchedAt = Number.NEGATIVE_INFINITY
  #unknownKeyAt = Number.NEGATIVE_INFINITY
  #fetching: Promise<void> | undefined

  constructor(options: {
    fetchKeys: () => Promise<JSONWebKeySet>
    onChange: () => void
    onFailure: (error: unknown) => void
  }) {
    this.#fetchKeys = options.fetchKeys
    this.#onChange = options.onChange
    this.#onFailure = options.onFailure
  }

  /** Finds the key for a token's header; for the key argument of jose's `jwtVerify`. */
  readonly getKey: JWTVerifyGetKey = async (header, token) => {
    const resolver = this.#resolver ?? (await this.#firstResolver())
    if (performance.now() - this.#fetchedAt > FRESH_MILLISECONDS) void this.refresh()
    try {
      return await resolver(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !this.#mayAskForUnknownKey()) throw error
    }
    await this.refresh()
    return (this.#resolver ?? resolver)(header, token)
  }

  /** Fetches once, however many ask meanwhile. A failure is reported and changes nothing. */
  refresh(): Promise<void> {
    this.#fetchedAt = performance.now()
    this.#fetching ??= this.#fetchKeys()
      .then((keys) => this.#accept(keys))
      .catch(this.#onFailure)
      .finally(() => {
        this.#fetching = undefined
      })
    return this.#fetching
  }

  async #firstResolver(): Promise<Resolver> {
    if (this.#fetching !== undefined || this.#mayAskForUnknownKey()) await this.refresh()
    if (this.#resolver === undefined) throw unavailable("The token issuer's keys are not reachable")
    return this.#resolver
  }

  #mayAskForUnknownKey(): boolean {
    if (this.#fetching !== undefined) return true
    if (performance.now() - this.#unknownKeyAt < UNKNOWN_KEY_COOLDOWN_MILLISECONDS) return false
    this.#unknownKeyAt = performance.now()
    return true
  }

  #accept(keys: JSONWebKeySet): void {
    const text = JSON.stringify(keys)
    if (text === this.#text) return
    this.#resolver = createLocalJWKSet(keys)
    this.#text = text
    this.#onChange()
  }
}
