import type { Outcome, Question } from './send.ts'

/** Statuses of a service that is well. Whether a 404 is right is for the history to say. */
const good = new Set([200, 201, 204, 304, 404])

/** What came back, counted; and what must never come back, in words. */
export class Tally {
  tried = 0
  acknowledged = 0
  refused = 0
  slowestMilliseconds = 0
  /** When the last request that was refused, or that broke, was over. */
  lastTroubleAt = Number.NEGATIVE_INFINITY
  readonly wrong: string[] = []
  readonly #mayBreak: boolean
  readonly #answered = new Goals()
  readonly #refused = new Goals()

  constructor(mayBreak: boolean) {
    this.#mayBreak = mayBreak
  }

  note({ method, path }: Question, { answer, broken, endedAt, tookMilliseconds }: Outcome): void {
    const what = `${method} ${path}`
    if (answer === undefined) {
      this.lastTroubleAt = endedAt
      if (!this.#mayBreak) this.wrong.push(`${what}: the connection broke: ${broken}`)
      return
    }
    // What our own process was late by is not the service's.
    this.slowestMilliseconds = Math.max(this.slowestMilliseconds, tookMilliseconds)
    if (good.has(answer.status)) {
      this.#answered.come()
      return
    }
    this.lastTroubleAt = endedAt
    if (answer.status !== 503) this.wrong.push(`${what}: ${answer.status} ${JSON.stringify(answer.body)}`)
    else if (answer.retryAfter === undefined) this.wrong.push(`${what}: 503 without Retry-After`)
    this.refused += 1
    this.#refused.come()
  }

  /** Resolves when so many more requests were answered well. */
  answeredTimes(count: number): Promise<void> {
    return this.#answered.reached(count)
  }

  /** Resolves when so many more were refused. */
  refusedTimes(count: number): Promise<void> {
    return this.#refused.reached(count)
  }
}

/** Who waits for so many more of something. */
class Goals {
  #all: { left: number; reach: () => void }[] = []

  reached(count: number): Promise<void> {
    return new Promise((reach) => {
      this.#all.push({ left: count, reach })
    })
  }

  come(): void {
    for (const goal of this.#all) goal.left -= 1
    for (const { left, reach } of this.#all) if (left <= 0) reach()
    this.#all = this.#all.filter(({ left }) => left > 0)
  }
}
