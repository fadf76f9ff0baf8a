import { AppError } from '../errors.ts'
import { WindowCounter } from './window-counter.ts'

const WINDOW_MILLISECONDS = 60_000

/** Counts attempts by client address in windows of a minute, in this process; one client never counts for another. */
export class Attempts {
  readonly #limit: number
  readonly #now: () => number
  readonly #counter = new WindowCounter(WINDOW_MILLISECONDS)

  /** @param now by default a clock that nobody sets: put back, it would make a window last longer. */
  constructor(limit: number, now: () => number = () => performance.now()) {
    this.#limit = limit
    this.#now = now
  }

  /**
   * Counts one attempt before it is made, so that many at once do not slip through.
   *
   * @returns a function that takes the attempt back, for those that succeed.
   * @throws {AppError} `rate_limited`
   */
  take(address: string): () => void {
    const now = this.#now()
    const entry = this.#counter.windowOf(networkOf(address), now)
    if (entry.count >= this.#limit) {
      const seconds = Math.ceil((entry.resetsAt - now) / 1000)
      throw new AppError('rate_limited', `Too many attempts; try again in ${seconds} s`, {
        headers: { 'retry-after': String(seconds) },
      })
    }
    entry.count += 1
    return () => {
      entry.count -= 1
    }
  }
}

/** One IPv6 subscriber has a whole /64 to rotate through; they count as one. */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address
  const [head = '', tail] = address.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  const rest = tail?.split(':').filter((group) => group !== '') ?? []
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - groups.length - rest.length }, () => '0')
  return [...groups, ...zeros, ...rest].slice(0, 4).join(':')
}
