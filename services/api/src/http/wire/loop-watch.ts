const LOOK_MILLISECONDS = 50
/** One late look is a pause, of the garbage collector or of one long statement; several in a row are too much work. */
const LATE_LOOKS = 3
/** Without a request for so many, nobody looks until the next one. */
const IDLE_LOOKS = 20

/** Measures how late the event loop comes to what is due, while requests come. */
export class LoopWatch {
  readonly #lateMilliseconds: number
  readonly #few: number
  #timer: NodeJS.Timeout | undefined
  #dueAt = 0
  #lateLooks = 0
  #sinceLook = 0
  #idleLooks = 0

  constructor(lateMilliseconds: number, few: number) {
    this.#lateMilliseconds = lateMilliseconds
    this.#few = few
  }

  /** While the loop is late, a few requests are admitted from one look to the next. */
  admits(): boolean {
    if (this.#timer === undefined) this.#wait()
    this.#sinceLook += 1
    return this.#lateLooks < LATE_LOOKS || this.#sinceLook <= this.#few
  }

  #wait(): void {
    this.#dueAt = performance.now() + LOOK_MILLISECONDS
    this.#timer = setTimeout(() => this.#look(), LOOK_MILLISECONDS).unref()
  }

  #look(): void {
    const isLate = performance.now() - this.#dueAt > this.#lateMilliseconds
    this.#lateLooks = isLate ? this.#lateLooks + 1 : 0
    this.#idleLooks = this.#sinceLook > 0 ? 0 : this.#idleLooks + 1
    this.#sinceLook = 0
    this.#timer = undefined
    if (this.#idleLooks < IDLE_LOOKS) this.#wait()
    else this.#lateLooks = 0
  }
}
