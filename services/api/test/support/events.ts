import { expect } from 'vitest'
import type { User } from './app.ts'

export interface StreamEvent {
  id: string
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on whatever came
  change: any
}

/** A client of `GET /tasks/events` that reads as fast as it can, and keeps what it read. */
export class EventReader {
  readonly status: number
  readonly headers: Headers
  /** The changes, without the event that a stream begins with. */
  readonly events: StreamEvent[] = []
  /** Everything that came, as it came. */
  text = ''
  comments = 0
  /** The last `id:` that came, with or without a change. */
  lastId: string | undefined
  hasEnded = false
  readonly #abort: AbortController
  #rest = ''
  #event = { name: '', data: '' }
  #wake: () => void = () => {}

  private constructor(response: Response, abort: AbortController) {
    this.status = response.status
    this.headers = response.headers
    this.#abort = abort
    void this.#read(response)
  }

  static async open(user: User, path = '/tasks/events', headers: Record<string, string> = {}) {
    const abort = new AbortController()
    const response = await fetch(user.url + path, {
      headers: { authorization: `Bearer ${user.token}`, ...headers },
      signal: abort.signal,
    })
    expect(response.status).toBe(200)
    return new EventReader(response, abort)
  }

  /** Waits for that many events in all, and gives the changes so far. */
  async changes(count: number): Promise<StreamEvent['change'][]> {
    await this.until(() => this.events.length >= count)
    return this.events.map(({ change }) => change)
  }

  async ended(): Promise<void> {
    await this.until(() => this.hasEnded)
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.hasEnded) throw new Error(`the stream ended after ${this.events.length} events`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  close(): void {
    this.#abort.abort()
  }

  async #read(response: Response): Promise<void> {
    const decoder = new TextDecoder()
    try {
      for await (const chunk of response.body ?? []) {
        const text = decoder.decode(chunk, { stream: true })
        this.text += text
        const lines = (this.#rest + text).split('\n')
        this.#rest = lines.pop() ?? ''
        for (const line of lines) this.#take(line)
        this.#wake()
      }
    } catch {
      // Aborted by us, or cut off by the server: either way it is over.
    }
    this.hasEnded = true
    this.#wake()
  }

  #take(line: string): void {
    if (line.startsWith(':')) this.comments += 1
    if (line.startsWith('event: ')) this.#event.name = line.slice(7)
    if (line.startsWith('id: ')) this.lastId = line.slice(4)
    if (line.startsWith('data: ')) this.#event.data = line.slice(6)
    if (line !== '') return
    const { name, data } = this.#event
    this.#event = { name: '', data: '' }
    if (name === '') this.events.push({ id: this.lastId ?? '', change: JSON.parse(data) })
  }
}
