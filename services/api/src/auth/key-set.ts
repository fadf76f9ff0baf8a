import { createLocalJWKSet, errors, type JSONWebKeySet, type JWK, type JWTVerifyGetKey } from 'jose'
import { unavailable } from '../errors.ts'
import { weaknessOf } from './weak-keys.ts'

/** Keys older than this are fetched again beside the next request, which does not wait for it. */
const REFRESH_MILLISECONDS = 15_000
/** Keys older than this may have been withdrawn: a request waits for newer ones, unless the issuer is known to be down. */
const STALE_MILLISECONDS = 30_000
/** From when they were asked for: an issuer that hangs holds up those with a known key for no longer than this. */
const PATIENCE_MILLISECONDS = 1_000
/** An unknown `kid` may be a rotated key, or an attacker's: it makes us ask, but no more often than this. */
const UNKNOWN_KEY_COOLDOWN_MILLISECONDS = 30_000
/** Without any key nobody gets in, so we ask an issuer that was down at our start this often. */
const FIRST_KEYS_RETRY_MILLISECONDS = 1_000

/** A fetch that takes longer has failed, and those who wait for it are told so. */
const DEADLINE_MILLISECONDS = 5_000

type Resolver = ReturnType<typeof createLocalJWKSet>

export interface KeySetOptions {
  fetchKeys: () => Promise<JSONWebKeySet>
  onChange: () => void
  onFailure: (error: unknown) => void
  /** A key is left out that anyone could sign for; told when the keys change. */
  onWeakKey?: (kid: unknown, weakness: string) => void
  /** Milliseconds of a clock that never goes back. */
  now?: (() => number) | undefined
  /** Until so many milliseconds of that clock have passed. */
  elapsed?: (milliseconds: number) => Promise<void>
}

/**
 * An issuer's public keys (RFC 7517), kept through its outages.
 *
 * A rotated key is picked up within 30 s, and a key that the issuer withdrew is not used longer than that.
 * While the issuer is down the last good keys go on working.
 */
export class KeySet {
  readonly #options: KeySetOptions
  readonly #now: () => number
  readonly #elapsed: (milliseconds: number) => Promise<void>
  #resolver: Resolver | undefined
  #text = ''
  #askedAt = Number.NEGATIVE_INFINITY
  #goodAt = Number.NEGATIVE_INFINITY
  #unknownKeyAt = Number.NEGATIVE_INFINITY
  #isFailing = false
  /** How many fetches went well. */
  #fetched = 0
  #fetching: Promise<void> | undefined
  /** Over when the fetch that began last is, or its patience. */
  #patience: Promise<void> = Promise.resolve()

  constructor(options: KeySetOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    this.#elapsed = options.elapsed ?? elapsed
  }

  /** Finds the key for a token's header; for the key argument of jose's `jwtVerify`. */
  readonly getKey: JWTVerifyGetKey = async (header, token) => {
    const fetched = this.#fetched
    const resolver = this.#resolver ?? (await this.#firstResolver())
    try {
      const key = await resolver(header, token)
      if (!(await this.#renewIfOld())) return key
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) {
        if (!(await this.#renewIfOld())) throw error
      } else {
        if (fetched !== this.#fetched || !this.#mayAskForUnknownKey()) throw error
        await this.refresh()
      }
    }
    return (this.#resolver ?? resolver)(header, token)
  }

  /** Fetches once, however many ask meanwhile. A failure is reported and changes nothing. */
  refresh(): Promise<void> {
    if (this.#fetching === undefined) {
      this.#fetching = this.#fetch().finally(() => {
        this.#fetching = undefined
      })
      this.#patience = Promise.race([this.#fetching, this.#elapsed(PATIENCE_MILLISECONDS)])
    }
    return this.#fetching
  }

  async #fetch(): Promise<void> {
    const askedAt = this.#now()
    this.#askedAt = askedAt
    try {
      this.#accept(await Promise.race([this.#options.fetchKeys(), this.#late()]))
      this.#goodAt = askedAt
      this.#fetched += 1
      this.#isFailing = false
    } catch (error) {
      this.#isFailing = true
      this.#options.onFailure(error)
    }
  }

  async #late(): Promise<never> {
    await this.#elapsed(DEADLINE_MILLISECONDS)
    throw new Error(`The keys did not come within ${DEADLINE_MILLISECONDS} ms`)
  }

  async #firstResolver(): Promise<Resolver> {
    const sinceAsked = this.#now() - this.#askedAt
    if (this.#fetching !== undefined || sinceAsked >= FIRST_KEYS_RETRY_MILLISECONDS) await this.refresh()
    return this.#resolver ?? keysNeverSeen()
  }

  /** Not for unknown keys, of which anyone can make tokens. Tells whether there may be newer keys now. */
  async #renewIfOld(): Promise<boolean> {
    if (this.#now() - this.#askedAt >= REFRESH_MILLISECONDS) void this.refresh()
    const isStale = this.#now() - this.#goodAt >= STALE_MILLISECONDS
    if (!isStale || this.#isFailing) return false
    await this.#patience
    return true
  }

  #mayAskForUnknownKey(): boolean {
    if (this.#fetching !== undefined) return true
    if (this.#now() - this.#unknownKeyAt < UNKNOWN_KEY_COOLDOWN_MILLISECONDS) return false
    this.#unknownKeyAt = this.#now()
    return true
  }

  #accept(keys: JSONWebKeySet): void {
    const text = JSON.stringify(keys)
    if (text === this.#text) return
    this.#resolver = createLocalJWKSet({ keys: keys.keys.filter((key) => this.#isSound(key)) })
    this.#text = text
    this.#options.onChange()
  }

  #isSound(key: JWK): boolean {
    const weakness = weaknessOf(key)
    if (weakness !== undefined) this.#options.onWeakKey?.(key.kid, weakness)
    return weakness === undefined
  }
}

/** Keeps no process alive. */
function elapsed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref()
  })
}

function keysNeverSeen(): never {
  throw unavailable("The token issuer's keys are not reachable")
}
