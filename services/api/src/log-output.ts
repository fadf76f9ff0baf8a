import { constants, fstatSync, openSync, writeSync } from 'node:fs'

/** Whole lines, and no more bytes than a system writes to a pipe at once: several processes may share it. */
const PAGE_BYTES = 4096
const BUFFER_BYTES = 1024 * 1024
const FLUSH_MILLISECONDS = 100
const RETRY_MILLISECONDS = 20
/** When the process ends, it waits for a reader that took something this short a time ago, and not for ever. */
const READING_MILLISECONDS = 2_000
const MAXIMUM_END_MILLISECONDS = 3_000

/**
 * Lines for a descriptor, a page at a time: a system call for every line is a tenth of the cost of a request. They wait
 * for 100 ms at most, and the rest is written when the process ends, unless SIGKILL ends it.
 *
 * Nobody waits for their reader. Lines that find no room are kept, up to 1 MiB; later ones are dropped and counted.
 * It is no stream, whose queue cannot be written when the process ends, and no thread, which would keep the process from
 * ending while it is stuck in a write.
 */
export class LogOutput {
  /** Lines that are lost. */
  dropped = 0
  /** Told once there is room again. */
  onDropped: (lines: number) => void = () => {}
  readonly #fd: number
  readonly #format: (line: string) => string
  #page = ''
  #pageBytes = 0
  #pages: Buffer[] = []
  #bytes = 0
  #untold = 0
  #isStalled = false
  #lastTaken = performance.now()

  /** @param fd refuses what finds no room, with EAGAIN, instead of waiting. */
  constructor(fd: number, format: (line: string) => string = (line) => line) {
    this.#fd = fd
    this.#format = format
    setInterval(() => this.#flush(), FLUSH_MILLISECONDS).unref()
  }

  write(line: string): void {
    const text = this.#format(line)
    const bytes = Buffer.byteLength(text)
    if (this.#bytes + bytes > BUFFER_BYTES) {
      this.dropped += 1
      this.#untold += 1
      return
    }
    if (this.#pageBytes + bytes > PAGE_BYTES) this.#flush()
    this.#page += text
    this.#pageBytes += bytes
    this.#bytes += bytes
  }

  /** Writes what is left. For the end of the process: it may take a moment. */
  end(): void {
    const start = performance.now()
    this.#turnPage()
    while (!this.#isWritten()) {
      const now = performance.now()
      if (now - this.#lastTaken > READING_MILLISECONDS || now - start > MAXIMUM_END_MILLISECONDS) return
      sleep(RETRY_MILLISECONDS)
    }
    if (this.#untold === 0) return
    this.#tell()
    this.#turnPage()
    this.#isWritten()
  }

  #flush(): void {
    this.#turnPage()
    if (this.#isStalled) return
    if (!this.#isWritten()) {
      this.#isStalled = true
      setTimeout(() => {
        this.#isStalled = false
        this.#flush()
      }, RETRY_MILLISECONDS).unref()
    }
    if (this.#untold > 0 && this.#bytes < BUFFER_BYTES / 2) this.#tell()
  }

  #tell(): void {
    const lines = this.#untold
    this.#untold = 0
    this.onDropped(lines)
  }

  #turnPage(): void {
    if (this.#page !== '') this.#pages.push(Buffer.from(this.#page))
    this.#page = ''
    this.#pageBytes = 0
  }

  /** Writes what there is room for. */
  #isWritten(): boolean {
    let [page] = this.#pages
    while (page !== undefined) {
      const taken = this.#write(page)
      if (taken === undefined) return false
      this.#bytes -= taken
      this.#lastTaken = performance.now()
      if (taken < page.length) this.#pages[0] = page.subarray(taken)
      else this.#pages.shift()
      page = this.#pages[0]
    }
    return true
  }

  /** Undefined where there is no room, nobody who reads, or a full disk: any of that may pass. */
  #write(page: Buffer): number | undefined {
    try {
      return writeSync(this.#fd, page)
    } catch {
      return undefined
    }
  }
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

/** Standard output, in a form that does not make us wait. */
export function openStandardOutput(): number {
  // A log whose reader is gone is no reason to end.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
  const kind = fstatSync(1)
  if (!kind.isFIFO() && !process.stdout.isTTY) return 1
  try {
    // Opened anew, since another process that shares the descriptor would share that it does not wait.
    return openSync('/proc/self/fd/1', constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch {
    // Another system, or another user's pipe. Node has made it one that does not wait, unless it is a terminal.
    return 1
  }
}
