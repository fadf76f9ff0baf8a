import { statfsSync } from 'node:fs'

/** The engine makes its log in files of 16 MB, and ends itself when it cannot make the next one. */
const NEEDED_BYTES = 64 * 2 ** 20
const LOOK_MILLISECONDS = 100

/** Tells whether a folder's disk has room for what the embedded engine may write until the next look. */
export class DiskRoom {
  readonly #folder: string
  readonly #onChange: (isEnough: boolean) => void
  #lookedAt = Number.NEGATIVE_INFINITY
  #isEnough = true

  constructor(folder: string, onChange: (isEnough: boolean) => void) {
    this.#folder = folder
    this.#onChange = onChange
  }

  isEnough(): boolean {
    const now = performance.now()
    if (now - this.#lookedAt < LOOK_MILLISECONDS) return this.#isEnough
    this.#lookedAt = now
    const isEnough = freeBytes(this.#folder) >= NEEDED_BYTES
    if (isEnough !== this.#isEnough) this.#onChange(isEnough)
    this.#isEnough = isEnough
    return isEnough
  }
}

/** A file system that does not tell is taken to have room. */
function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
