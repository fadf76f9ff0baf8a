const MAXIMUM_ENTRIES = 10_000
/** How long a verified token is believed without another look; with the age of the keys, no more than 30 s. */
const MAXIMUM_AGE_MILLISECONDS = 15_000

interface Entry<T> {
  value: T
  until: number
}

/** Remembers what exact tokens were verified to mean; bounded in number and age. Never remembers a failure. */
export class TokenCache<T extends { readonly expiresAt: number }> {
  readonly #entries = new Map<string, Entry<T>>()

  get(token: string, now: number): T | undefined {
    const entry = this.#entries.get(token)
    if (entry === undefined) return undefined
    if (now < entry.until) return entry.value
    this.#entries.delete(token)
    return undefined
  }

  set(token: string, value: T, now: number): void {
    if (this.#entries.size >= MAXIMUM_ENTRIES) this.#evictOldest()
    this.#entries.set(token, { value, until: Math.min(value.expiresAt, now + MAXIMUM_AGE_MILLISECONDS) })
  }

  /** A Map keeps the order of insertion, and every entry lives equally long. */
  #evictOldest(): void {
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined) this.#entries.delete(oldest)
  }
}
