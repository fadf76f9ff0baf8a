import { exchange, use } from './exchange.ts'
import type { Face } from './face.ts'
import { Transcript } from './transcript.ts'

function nextOf(path: string, text: string): string | undefined {
  const [, name = '', value = ''] = /"(next_cursor|next)":"([^"]+)"/.exec(text) ?? []
  if (value === '') return undefined
  const [pathname, query = ''] = path.split('?')
  const parameters = new URLSearchParams(query)
  parameters.delete('page')
  parameters.set(name === 'next' ? 'since' : 'cursor', value)
  return `${pathname}?${parameters}`
}

interface Listener {
  onRequest: (request: string) => void
  wants: (request: string) => boolean
}

/** One user's requests, each written down with its answer. */
export class Sender {
  readonly #url: string
  readonly #authorization: string
  readonly #transcript: Transcript
  readonly #listener: Listener

  constructor(
    url: string,
    authorization: string,
    transcript = new Transcript(),
    listener: Listener = { onRequest: () => {}, wants: () => true },
  ) {
    this.#url = url
    this.#authorization = authorization
    this.#transcript = transcript
    this.#listener = listener
  }

  use(route: string, id: string): Promise<Face | undefined> {
    return this.#tell(route, () => use(this.#url, route, id, this.#authorization))
  }

  get(path: string, headers: Record<string, string> = {}, name = path): Promise<Face | undefined> {
    const init = { headers: { authorization: this.#authorization, ...headers } }
    return this.#tell(`GET ${name}`, () => exchange(this.#url + path, init))
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    more: Record<string, string> = {},
  ): Promise<string> {
    // So that the order of times, and with it of lists, is the same in every run.
    await nextMillisecond()
    const headers = { authorization: this.#authorization, ...more }
    const init =
      body === undefined
        ? { method, headers }
        : { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const name = `${method} ${path.replace(/[0-9a-f-]{36}/, ':id')}`
    return (await this.#tell(name, () => exchange(this.#url + path, init)))?.text ?? ''
  }

  async create(title: string, headers: Record<string, string> = {}): Promise<string> {
    const text = await this.send('POST', '/tasks', { title, description: `${title}, described` }, headers)
    return /"id":"([^"]+)"/.exec(text)?.[1] ?? 'none'
  }

  async importDeleted(userId: string, id: string): Promise<void> {
    const time = '2026-01-01T00:00:00.000Z'
    const task = { id, title: 'an own imported task', description: null, completed: false }
    const lines = [
      { type: 'export', version: 1, user_id: userId, exported_at: time },
      { type: 'task', ...task, created_at: time, updated_at: time, deleted_at: time },
      { type: 'end', count: 1 },
    ]
    const headers = { authorization: this.#authorization, 'content-type': 'application/x-ndjson' }
    const init = { method: 'POST', headers, body: lines.map((line) => `${JSON.stringify(line)}\n`).join('') }
    await this.#tell('POST /me/import', () => exchange(`${this.#url}/me/import`, init))
  }

  /** Three pages, and the first one once more; a page that is not there leaves its place in the transcript. */
  async readOn(path: string): Promise<void> {
    let target: string | undefined = path
    for (const page of [1, 2, 3]) {
      const answer: Face | undefined =
        target === undefined ? this.#transcript.skip() : await this.get(target, {}, path)
      const etag = answer?.headers.etag
      if (target === undefined || etag === undefined || page > 1) this.#transcript.skip()
      else await this.get(target, { 'if-none-match': etag }, path)
      target = nextOf(path, answer?.text ?? '')
    }
  }

  /** Where a stream begins is told in an opaque token; what is new since then tells whose place it is. */
  async listen(): Promise<void> {
    await this.#tell('GET /tasks/events, and the changes since', async () => {
      const { text } = await use(this.#url, 'GET /tasks/events', '', this.#authorization)
      const [, place = ''] = /^id: ?(\S+)$/m.exec(text) ?? []
      const headers = { authorization: this.#authorization }
      return exchange(`${this.#url}/tasks/changes?since=${encodeURIComponent(place)}`, { headers })
    })
  }

  /** Sends every write; sends a read if it is wanted, or is another page of a wanted one. */
  async #tell(request: string, send: () => Promise<Face>): Promise<Face | undefined> {
    const isRead = /^(GET|HEAD) /.test(request)
    if (isRead && !this.#listener.wants(request)) {
      this.#transcript.skip()
      return undefined
    }
    this.#listener.onRequest(request)
    const answer = await send()
    this.#transcript.add(request, answer)
    return answer
  }
}

async function nextMillisecond(): Promise<void> {
  const now = Date.now()
  while (Date.now() <= now) await new Promise((resolve) => setImmediate(resolve))
}
