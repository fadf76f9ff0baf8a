import type { TasklaneClient } from '../client.ts'
import { TasklaneError } from '../error.ts'
import type { Sleep } from '../retry.ts'
import { Feed } from './feed.ts'
import type { LocalCopy } from './local-copy.ts'
import { Sender } from './sender.ts'
import { Wire } from './wire.ts'

const FIRST_DELAY_MILLISECONDS = 1000
const MAXIMUM_DELAY_MILLISECONDS = 60_000
/** Where a proxy lets no event through, changes are asked for this often. */
const POLL_MILLISECONDS = 60_000

export interface TurnsOptions {
  client: TasklaneClient
  now: () => number
  newId: () => string
  sleep: Sleep
}

/**
 * The leader's work, turn after turn: it pulls, sends, and waits for a reason to do it again. One thing at a time, so
 * that no answer is older than what is known. The event stream only says that there is something to pull.
 */
export class Turns {
  readonly #local: LocalCopy
  readonly #options: TurnsOptions
  readonly #closing: AbortSignal
  readonly #feed: Feed
  readonly #sender: Sender
  #stream: AbortController | undefined
  #isRung = false
  /** With what the leader before has written. */
  #isCaughtUp = false
  #answer: (() => void) | undefined

  constructor(local: LocalCopy, options: TurnsOptions, closing: AbortSignal) {
    this.#local = local
    this.#options = options
    this.#closing = closing
    const wire = new Wire(options.client, closing)
    this.#feed = new Feed(local, wire, options.now)
    this.#sender = new Sender(local, wire, () => this.#feed.pull(), options)
    closing.addEventListener('abort', () => this.ring())
  }

  /** There is something to pull or to send. */
  ring(): void {
    this.#isRung = true
    this.#answer?.()
  }

  /** Until it is closed. */
  async run(): Promise<void> {
    for (let failures = 0; !this.#closing.aborted; ) {
      this.#isRung = false
      const error = await this.#turn()
      failures = error === undefined ? 0 : failures + 1
      if (this.#closing.aborted) break
      this.#local.setNetwork(error === undefined ? 'online' : networkOf(error))
      if (error === undefined) this.#follow()
      else this.#stream?.abort()
      await this.#rung(error === undefined ? POLL_MILLISECONDS : delayAfter(failures))
    }
    this.#stream?.abort()
  }

  async #turn(): Promise<{ cause: unknown } | undefined> {
    try {
      if (!this.#isCaughtUp) await this.#local.catchUp()
      this.#isCaughtUp = true
      await this.#feed.pull()
      await this.#sender.sendAll()
      return undefined
    } catch (cause) {
      return { cause }
    }
  }

  #rung(milliseconds: number): Promise<unknown> {
    if (this.#isRung) return Promise.resolve()
    const rung = new Promise<void>((resolve) => {
      this.#answer = resolve
    })
    return Promise.race([rung, this.#options.sleep(milliseconds)])
  }

  /** Holds the one event stream open; it starts where the feed was pulled to. */
  #follow(): void {
    const { next } = this.#local.meta
    if (this.#stream?.signal.aborted === false || next === undefined) return
    const stream = new AbortController()
    this.#stream = stream
    void this.#listen(next, stream)
  }

  async #listen(since: string, stream: AbortController): Promise<void> {
    try {
      for await (const _ of this.#options.client.events({ since, signal: stream.signal })) this.ring()
    } catch (error) {
      // Signed out, or away for too long: the next pull finds out which.
      if (error instanceof TasklaneError && [401, 410].includes(error.status)) this.ring()
    } finally {
      stream.abort()
    }
  }
}

function networkOf({ cause }: { cause: unknown }): 'offline' | 'signed-out' {
  return cause instanceof TasklaneError && cause.status === 401 ? 'signed-out' : 'offline'
}

/** Twice as long each time; spread, so that devices do not come back at once. */
function delayAfter(failures: number): number {
  const delay = FIRST_DELAY_MILLISECONDS * 2 ** Math.min(failures - 1, 10)
  return Math.min(delay, MAXIMUM_DELAY_MILLISECONDS) * (0.5 + Math.random() / 2)
}
