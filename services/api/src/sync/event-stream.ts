import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Listener } from './hub.ts'
import type { OwnedChanges, Place, SyncTokens } from './queries.ts'

/** The most changes that a stream holds in memory while its client reads slowly. */
const PAGE_SIZE = 50
const READY = JSON.stringify({ type: 'ready' })
/** Without an empty line behind it: common readers take that for the end of an event that has no data. */
const KEEP_ALIVE = ': keep-alive\n'
const MAXIMUM_TIMER_MILLISECONDS = 2 ** 31 - 1

export interface EventStreamOptions {
  userId: string
  place: Place
  changes: OwnedChanges
  tokens: SyncTokens
  response: ServerResponse
  socket: Socket
  /** When the token expires, in milliseconds since the epoch. */
  expiresAt: number
  keepAliveMilliseconds: number
  onEnd: (stream: EventStream) => void
}

/**
 * One open `text/event-stream`: sends the user's changes as they are committed, until the token expires.
 *
 * It reads on only when the client has taken what was sent. A client that takes nothing for a whole keep-alive
 * interval is cut off; it comes back with Last-Event-ID and misses nothing.
 */
export class EventStream implements Listener {
  readonly userId: string
  #place: Place
  readonly #options: EventStreamOptions
  readonly #keepAlive: NodeJS.Timeout
  readonly #expiry: NodeJS.Timeout
  #isSending = false
  #isWoken = false
  #isUnread = false
  #hasEnded = false
  readonly #onClose = () => this.end()

  constructor(options: EventStreamOptions) {
    this.userId = options.userId
    this.#place = options.place
    this.#options = options
    this.#keepAlive = setInterval(() => this.#beat(), options.keepAliveMilliseconds).unref()
    const remaining = Math.min(Math.max(0, options.expiresAt - Date.now()), MAXIMUM_TIMER_MILLISECONDS)
    this.#expiry = setTimeout(() => this.end(), remaining).unref()
    // Node tells a response of its connection's end only once it is its turn; pipelined, that may be never.
    options.socket.once('close', this.#onClose)
  }

  get revision(): number {
    return this.#place.revision
  }

  /**
   * Begins with an event that is no change: its id is the place to resume from, so even a client that is cut off
   * before the first change has one. It has a name, so an EventSource shows it to no `onmessage`; and it has data in
   * JSON, since common readers give their one handler every block, and such handlers take all data for JSON.
   */
  start(): void {
    // Ended while it was opened, by the process that stops.
    if (this.#hasEnded) return
    const { response, socket, tokens } = this.#options
    if (response.destroyed || socket.destroyed) {
      this.end()
      return
    }
    response.write(`event: ready\nid: ${tokens.seal(this.#place)}\ndata: ${READY}\n\n`)
    this.wake()
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
    this.#options.socket.off('close', this.#onClose)
    this.#options.onEnd(this)
    // A client asks again for changes that it has not taken by now; waiting for it would hold up our own end.
    if (this.#options.response.writableNeedDrain) this.#options.socket.destroy()
    else this.#options.response.end()
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
    const { changes, tokens, response } = this.#options
    const page = await changes.after(this.#place, PAGE_SIZE)
    for (const { revision, change } of page.changes) {
      if (this.#hasEnded) return
      const isRoom = response.write(
        `id: ${tokens.seal({ ...page.place, revision })}\ndata: ${JSON.stringify(change)}\n\n`,
      )
      if (!isRoom) await this.#taken()
    }
    this.#place = page.place
    if (page.hasMore) this.#isWoken = true
  }

  async #taken(): Promise<void> {
    const { response, socket } = this.#options
    await new Promise<void>((resolve) => {
      const settle = () => {
        response.off('drain', settle)
        socket.off('close', settle)
        resolve()
      }
      response.on('drain', settle)
      socket.on('close', settle)
    })
    this.#isUnread = false
  }

  #beat(): void {
    const { response, socket } = this.#options
    if (!response.writableNeedDrain) {
      this.#isUnread = false
      response.write(KEEP_ALIVE)
    } else if (this.#isUnread) {
      socket.destroy()
    } else {
      this.#isUnread = true
    }
  }
}
