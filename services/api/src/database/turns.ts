import { LOOK_MILLISECONDS, waitedTooLong } from './deadline.ts'

interface Waiting {
  readonly deadline: number
  readonly begin: () => void
  readonly refuse: (error: unknown) => void
}

interface Line {
  working: number
  waiting: Waiting[]
}

/**
 * Lets so many at a time work under one key. Others of that key wait, in their order, until their deadline; then they are
 * refused and not begun. Other keys notice nothing.
 */
export class Turns {
  readonly #most: number
  readonly #lines = new Map<string, Line>()
  #timer: NodeJS.Timeout | undefined

  constructor(most: number) {
    this.#most = most
  }

  /** How many wait for their turn. */
  waiting(key: string): number {
    return this.#lines.get(key)?.waiting.length ?? 0
  }

  take<T>(key: string, work: () => Promise<T>, deadline = Number.POSITIVE_INFINITY): Promise<T> {
    const line = this.#lines.get(key) ?? this.#open(key)
    if (line.working < this.#most) return this.#work(key, line, work)
    this.#timer ??= setTimeout(() => this.#look(), LOOK_MILLISECONDS).unref()
    return new Promise((resolve, reject) => {
      const begin = () => void this.#work(key, line, work).then(resolve, reject)
      line.waiting.push({ deadline, begin, refuse: reject })
    })
  }

  #open(key: string): Line {
    const line: Line = { working: 0, waiting: [] }
    this.#lines.set(key, line)
    return line
  }

  async #work<T>(key: string, line: Line, work: () => Promise<T>): Promise<T> {
    line.working += 1
    try {
      return await work()
    } finally {
      line.working -= 1
      const next = line.waiting.shift()
      if (next !== undefined) next.begin()
      else if (line.working === 0) this.#lines.delete(key)
    }
  }

  /** While anybody waits, and only then. */
  #look(): void {
    const now = performance.now()
    let left = 0
    for (const line of this.#lines.values()) {
      const late = line.waiting.filter(({ deadline }) => now >= deadline)
      if (late.length > 0) line.waiting = line.waiting.filter(({ deadline }) => now < deadline)
      left += line.waiting.length
      for (const { refuse } of late) refuse(waitedTooLong())
    }
    this.#timer = left === 0 ? undefined : setTimeout(() => this.#look(), LOOK_MILLISECONDS).unref()
  }
}
