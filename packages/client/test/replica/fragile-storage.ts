import { type Action, memoryStorage, type ReplicaStorage, type Store } from '../../src/replica/index.ts'

/** Where a device ends: before the write that it was about to do, or after it and before it knows. */
export type End = 'before' | 'after'

/** A storage whose device may end at any write, whose contents may be lost, or be of another version. */
export class FragileStorage implements ReplicaStorage {
  #contents = memoryStorage()
  #open: object | undefined
  #writesLeft = Number.POSITIVE_INFINITY
  #end: End = 'before'
  onEnd: () => void = () => {}
  /** Told before each write. */
  onWrite: () => void = () => {}
  /** Told of each action that is kept. */
  onTaken: (action: Action) => void = () => {}

  /** The device ends at its nth write from now on. */
  endAt(writes: number, end: End): void {
    this.#writesLeft = writes
    this.#end = end
  }

  /** Whoever had it open writes nothing any more. */
  cut(): void {
    this.#open = undefined
    this.#writesLeft = Number.POSITIVE_INFINITY
  }

  wipe(): void {
    this.#contents = memoryStorage()
  }

  /** As if an older version of the program had written it. */
  async age(userId: string): Promise<void> {
    const store = await this.#contents.open(userId)
    const { meta } = await store.read()
    await store.write({ meta: { ...meta, format: 0 } })
  }

  async open(userId: string): Promise<Store> {
    const store = await this.#contents.open(userId)
    const opened = {}
    this.#open = opened
    return {
      read: () => (this.#open === opened ? store.read() : never()),
      writes: () => (this.#open === opened ? store.writes() : never()),
      write: async (changes) => {
        if (this.#open !== opened) return never()
        this.onWrite()
        this.#writesLeft -= 1
        const isLast = this.#writesLeft <= 0
        const isKept = !isLast || this.#end === 'after'
        const added = isKept ? await store.write(changes) : []
        for (const { action, status } of added) if (status === 'waiting') this.onTaken(action)
        if (!isLast) return added
        this.cut()
        this.onEnd()
        return never()
      },
      close: () => store.close(),
    }
  }

  delete(userId: string): Promise<void> {
    return this.#contents.delete(userId)
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => {})
}
