/** An answer that took longer had to wait for others. */
const PROMPT_MILLISECONDS = 100

/** What is asked of some connections at this moment, and how it was answered lately. Times are of `performance.now()`. */
export class Backlog {
  waiting = 0
  promptAt = performance.now()
  /** When the first answer came that was late, since the last one that was prompt; Infinity if none did. */
  lateAt = Number.POSITIVE_INFINITY

  async of<T>(work: () => Promise<T>): Promise<T> {
    const begunAt = performance.now()
    this.waiting += 1
    try {
      return await work()
    } finally {
      this.waiting -= 1
      this.answered(begunAt, performance.now())
    }
  }

  answered(begunAt: number, now: number): void {
    if (now - begunAt < PROMPT_MILLISECONDS) {
      this.promptAt = now
      this.lateAt = Number.POSITIVE_INFINITY
    } else if (this.lateAt > now) this.lateAt = now
  }
}
