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

  /** Whether work would begin at once. */
  isFree(key: string): boolean {
    return (this.#lines.get(key)?.working ?? 0) < this.#most
  }

  async take<T>(key: string, work: () => Promise<T>, deadline = Number.POSITIVE_INFINITY): Promise<T> {
    const turn = this.begin(key, deadline)
    if (turn !== undefined) await turn
    try {
      return await work()
    } finally {
      this.end(key)
    }
  }

  /** Undefined where the turn has come at once. Each turn that came is to be ended. */
  begin(key: string, deadline: number): Promise<void> | undefined {
    const line = this.#lines.get(key) ?? this.#open(key)
    if (line.working < this.#most) {
      line.working += 1
      return undefined
    }
    this.#timer ??= setTimeout(() => this.#look(), LOOK_MILLISECONDS).unref()
    return new Promise((begin, refuse) => {
      line.waiting.push({ deadline, begin, refuse })
    })
  }

  end(key: string): void {
    const line = this.#lines.get(key)
    const next = line?.waiting.shift()
    if (next !== undefined) next.begin()
    else if (line !== undefined && line.working > 1) line.working -= 1
    else this.#lines.delete(key)
  }

  #open(key: string): Line {
    const line: Line = { working: 0, waiting: [] }
    this.#lines.set(key, line)
    return line
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
