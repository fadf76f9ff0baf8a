/** Bounds what a flood of addresses can cost; the oldest windows are forgotten first. */
const MAXIMUM_KEYS = 100_000

export interface Window {
  count: number
  /** Milliseconds of the clock that asks. */
  resetsAt: number
}

/** Counts events by key in windows of fixed length. Of this process: n processes count n times as much. */
export class WindowCounter {
  readonly #lengthMilliseconds: number
  readonly #windows = new Map<string, Window>()

  constructor(lengthMilliseconds: number) {
    this.#lengthMilliseconds = lengthMilliseconds
  }

  /** The key's current window, for the caller to count in. */
  windowOf(key: string, now: number): Window {
    const known = this.#windows.get(key)
    if (known !== undefined && now < known.resetsAt) return known
    this.#windows.delete(key)
    if (this.#windows.size >= MAXIMUM_KEYS) this.#forgetOldest()
    const window = { count: 0, resetsAt: now + this.#lengthMilliseconds }
    this.#windows.set(key, window)
    return window
  }

  #forgetOldest(): void {
    const [oldest] = this.#windows.keys()
    if (oldest !== undefined) this.#windows.delete(oldest)
  }
}
