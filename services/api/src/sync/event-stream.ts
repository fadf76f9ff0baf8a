import type { ServerResponse } from 'node:http'
import type { TokenSealer } from '../http/sealed-token.ts'
import type { Listener } from './hub.ts'
import { type OwnedChanges, sealRevision } from './queries.ts'

const KEEP_ALIVE_MILLISECONDS = 15_000
const PAGE_SIZE = 100
/** A client that leaves this much unread is cut off; it comes back with Last-Event-ID and misses nothing. */
const MAXIMUM_UNREAD_BYTES = 256 * 1024

export interface EventStreamOptions {
  userId: string
  revision: number
  changes: OwnedChanges
  sealer: TokenSealer
  response: ServerResponse
  /** When the token expires, in milliseconds since the epoch. */
  expiresAt: number
  onEnd: (stream: EventStream) => void
}

/** One open `text/event-stream`: sends the user's changes as they are committed, until the token expires. */
export class EventStream implements Listener {
  readonly userId: string
  revision: number
  readonly #options: EventStreamOptions
  readonly #keepAlive: NodeJS.Timeout
  readonly #expiry: NodeJS.Timeout
  #isSending = false
  #isWoken = false
  #hasEnded = false

  constructor(options: EventStreamOptions) {
    this.userId = options.userId
    this.revision = options.revision
    this.#options = options
    this.#keepAlive = setInterval(() => this.#write(': keep-alive\n\n'), KEEP_ALIVE_MILLISECONDS).unref()
    const remaining = Math.min(Math.max(0, options.expiresAt - Date.now()), 2 ** 31 - 1)
    this.#expiry = setTimeout(() => this.end(), remaining).unref()
    options.response.on('close', () => this.end())
    this.#write(': connected\n\n')
  }

  /** Sends what is new. Woken meanwhile, it looks once more afterwards, so no change waits for the next one. */
  wake(): void {
    this.#isWoken = true
    if (!this.#isSending) void this.#send()
  }

  end(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    clearInterval(this.#keepAlive)
    clearTimeout(this.#expiry)
    this.#options.onEnd(this)
    this.#options.response.end()
  }

  async #send(): Promise<void> {
    this.#isSending = true
    try {
      while (this.#isWoken && !this.#hasEnded) {
        this.#isWoken = false
        await this.#sendPage()
      }
    } catch {
      // The database is away or the place is forgotten: the client comes back and is told so.
      this.end()
    } finally {
      this.#isSending = false
    }
  }

  async #sendPage(): Promise<void> {
    const { changes, sealer } = this.#options
    const page = await changes.after(this.revision, PAGE_SIZE)
    for (const { revision, change } of page.changes) {
      this.#write(`id: ${sealRevision(sealer, revision)}\ndata: ${JSON.stringify(change)}\n\n`)
    }
    this.revision = page.revision
    if (page.hasMore) this.#isWoken = true
  }

  #write(text: string): void {
    const { response } = this.#options
    if (this.#hasEnded) return
    response.write(text)
    if (response.writableLength <= MAXIMUM_UNREAD_BYTES) return
    response.destroy()
    this.end()
  }
}
