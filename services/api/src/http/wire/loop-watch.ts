import type { Server, Socket } from 'node:net'

const LOOK_MILLISECONDS = 50
/** While requests come. A process that has nothing to do is not to be woken so often. */
const BUSY_LOOK_MILLISECONDS = 10
/** One late look is a pause, of the garbage collector or of one long statement; several in a row are too much work. */
const LATE_LOOKS = 3

/** When a connection was accepted, and since when it may have waited for that. */
interface Acceptance {
  readonly at: number
  readonly since: number
}

const acceptanceKey = Symbol('acceptance')

declare module 'node:net' {
  interface Socket {
    [acceptanceKey]?: Acceptance
  }
}

/** Looks at the event loop all the time: how late it comes to what is due, and since when what it reads may have waited. */
export class LoopWatch {
  /**
   * A time of `performance.now()`. What is read now has come after it: what had come before was read before. While the
   * loop is prompt, it is the time of the last look.
   */
  readAt = performance.now()
  readonly #lateMilliseconds: number
  readonly #lookMilliseconds: number
  #timer: NodeJS.Timeout
  #dueAt: number
  #lateLooks = 0
  #sinceLook = 0

  /** @param lateMilliseconds a turn of the event loop that takes longer is a late one. */
  constructor(lateMilliseconds = Number.POSITIVE_INFINITY, lookMilliseconds = LOOK_MILLISECONDS) {
    this.#lateMilliseconds = lateMilliseconds
    this.#lookMilliseconds = lookMilliseconds
    this.#timer = setTimeout(() => this.#look(), lookMilliseconds).unref()
    this.#dueAt = performance.now() + lookMilliseconds
  }

  /** While the loop is late, a few requests are admitted from one look to the next. */
  admits(few: number): boolean {
    this.#sinceLook += 1
    return this.#lateLooks < LATE_LOOKS || this.#sinceLook <= few
  }

  /** A client sends before its connection is accepted, and what it sent then is read a turn later. */
  watchAccepting(server: Server): void {
    server.on('connection', (socket) => {
      socket[acceptanceKey] = { at: performance.now(), since: this.readAt }
    })
  }

  /** Since when what is read now of this connection may have waited. */
  cameAt(socket: Socket): number {
    const acceptance = socket[acceptanceKey]
    return acceptance !== undefined && acceptance.at > this.readAt ? acceptance.since : this.readAt
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  #look(): void {
    const now = performance.now()
    this.#lateLooks = now - this.#dueAt > this.#lateMilliseconds ? this.#lateLooks + 1 : 0
    const milliseconds =
      this.#sinceLook === 0
        ? this.#lookMilliseconds
        : Math.min(BUSY_LOOK_MILLISECONDS, this.#lookMilliseconds)
    this.#timer = setTimeout(() => this.#look(), milliseconds).unref()
    this.#dueAt = now + milliseconds
    this.#sinceLook = 0
    // After this turn of the loop has read what is there.
    setImmediate(() => {
      this.readAt = now
    })
  }
}
