/** An answer that took longer had to wait for others. */
const PROMPT_MILLISECONDS = 100

/** What is asked of some connections at this moment, and when any of it was last answered promptly. */
export class Backlog {
  waiting = 0
  /** A time of `performance.now()`. */
  promptAt = performance.now()

  async of<T>(work: () => Promise<T>): Promise<T> {
    const begunAt = performance.now()
    this.waiting += 1
    try {
      return await work()
    } finally {
      this.waiting -= 1
      const now = performance.now()
      if (now - begunAt < PROMPT_MILLISECONDS) this.promptAt = now
    }
  }
}
