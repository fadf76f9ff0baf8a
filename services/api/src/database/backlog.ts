/** An answer that took longer by this than the fastest had to wait for others. */
const PROMPT_MILLISECONDS = 50
/** Nothing that asked the database is answered sooner; what fails at once is no measure of its distance. */
const SOONEST_MILLISECONDS = 0.2
/** The rate is taken over so long. */
const RATE_MILLISECONDS = 100

/** What is asked of some connections at this moment, and how it was answered lately. Times are of `performance.now()`. */
export class Backlog {
  #all = 0
  readonly #held: () => number
  promptAt = performance.now()
  /** When the first answer came that was late, since the last one that was prompt; Infinity if none did. */
  lateAt = Number.POSITIVE_INFINITY
  #fastest = Number.POSITIVE_INFINITY
  #rate = 0
  #countedAt = performance.now()
  #count = 0

  /** @param held how many wait for a part of the database that stands still, and keep nobody else waiting. */
  constructor(held: () => number = () => 0) {
    this.#held = held
  }

  get waiting(): number {
    return this.#all - this.#held()
  }

  /** What the fastest answer took, for a database may be far away; 0 before the first. */
  get fastest(): number {
    return this.#fastest === Number.POSITIVE_INFINITY ? 0 : this.#fastest
  }

  /** How many are answered in a millisecond, of late. */
  rateAt(now: number): number {
    const since = now - this.#countedAt
    return since < 2 * RATE_MILLISECONDS ? this.#rate : this.#count / since
  }

  /** @returns when it began, for its end. */
  begin(): number {
    this.#all += 1
    return performance.now()
  }

  end(begunAt: number): void {
    this.#all -= 1
    this.answered(begunAt, performance.now())
  }

  answered(begunAt: number, now: number): void {
    this.#count += 1
    if (now - this.#countedAt >= RATE_MILLISECONDS) {
      this.#rate = this.#count / (now - this.#countedAt)
      this.#countedAt = now
      this.#count = 0
    }
    const took = now - begunAt
    if (took < this.#fastest && took > SOONEST_MILLISECONDS) this.#fastest = took
    if (took < this.fastest + PROMPT_MILLISECONDS) {
      this.promptAt = now
      this.lateAt = Number.POSITIVE_INFINITY
    } else if (this.lateAt > now) this.lateAt = now
  }
}
