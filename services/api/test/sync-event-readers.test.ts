import { fetchEventSource } from '@microsoft/fetch-event-source'
import { EventSource } from 'eventsource'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import { silentLog } from './support/log.ts'

// Readers of event streams that nobody here wrote. None of them is told anything of this API but its address.

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({}, silentLog, {
    streams: { keepAliveMilliseconds: 20, pollMilliseconds: 600_000 },
  })
  // What Microsoft's reader knows of a browser. The embedded database looks for these when it starts.
  vi.stubGlobal('window', { setTimeout, clearTimeout })
  vi.stubGlobal('document', new EventTarget())
})
afterAll(async () => {
  vi.unstubAllGlobals()
  await app.close()
})

test('@microsoft/fetch-event-source reads every change over one connection, each message being JSON', async () => {
  const user = await app.signIn()
  const network = new Network()
  const messages = readWithMicrosofts(user, network)
  await until(() => network.received).toMatch(/^event: ready\n/)
  const { body: task } = await user.post('/tasks', { title: 'Buy milk' })
  // A deletion that came before the stream had read on would be told alone.
  await until(() => messages.at(-1)).toMatchObject({ type: 'task' })
  // Long enough for the comments that keep the connection awake, which a handler must not see.
  await until(() => network.received.split(': keep-alive').length).toBeGreaterThan(3)
  await user.delete(`/tasks/${task.id}`)

  await until(() => messages.at(-1)).toMatchObject({ type: 'deleted', id: task.id })
  expect(messages.map(({ type }) => type)).toEqual(['ready', 'task', 'deleted'])
  expect(network.requests).toHaveLength(1)
})

test('@microsoft/fetch-event-source goes on without a gap when it was cut before the first change', async () => {
  const user = await app.signIn()
  const network = new Network()
  const messages = readWithMicrosofts(user, network)
  await until(() => network.received).toMatch(/^event: ready\n/)
  const task = await network.whileAway(async () => (await user.post('/tasks', { title: 'Buy milk' })).body)

  await until(() => messages.at(-1)).toMatchObject({ type: 'task', task: { id: task.id } })
  expect(messages.map(({ type }) => type)).toEqual(['ready', 'ready', 'task'])
})

test('an EventSource that may send a token shows onmessage the changes alone, and resumes from ready', async () => {
  const user = await app.signIn()
  const network = new Network()
  const source = new EventSource(`${app.url}/tasks/events`, {
    fetch: (url, init) => network.fetch(url, { ...init, headers: { ...init?.headers, ...bearer(user) } }),
  })
  onTestFinished(() => source.close())
  const ready: string[] = []
  const changes: object[] = []
  source.addEventListener('ready', ({ lastEventId }) => ready.push(lastEventId))
  source.onmessage = ({ data }) => changes.push(JSON.parse(data))
  await until(() => ready).toHaveLength(1)
  const task = await network.whileAway(async () => (await user.post('/tasks', { title: 'Buy milk' })).body)

  await until(() => changes).toMatchObject([{ type: 'task', task: { id: task.id } }])
  expect(network.requests[1]?.get('last-event-id')).toBe(ready[0])
})

/** As its readme has it, with a handler that takes every message for JSON; a failure of the handler is not forgiven. */
function readWithMicrosofts(user: User, network: Network): { type: string }[] {
  const messages: { type: string }[] = []
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  void fetchEventSource(`${app.url}/tasks/events`, {
    headers: bearer(user),
    signal: stop.signal,
    fetch: (url, init) => network.fetch(url, init),
    onmessage: ({ data }) => void messages.push(JSON.parse(data)),
    onerror: () => 0,
  })
  return messages
}

/** However busy the machine is. */
function until(read: () => unknown) {
  return expect.poll(read)
}

function bearer(user: User): { authorization: string } {
  return { authorization: `Bearer ${user.token}` }
}

/** The network between a reader and the service: notes what passes, and can be cut. */
class Network {
  readonly requests: Headers[] = []
  received = ''
  #cut: () => void = () => {}
  #isBack: Promise<void> = Promise.resolve()

  async fetch(url: string | URL | Request, init: RequestInit | undefined): Promise<Response> {
    await this.#isBack
    const request = new Request(url, init)
    this.requests.push(request.headers)
    const response = await fetch(request)
    const decoder = new TextDecoder()
    const body = response.body?.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        start: (controller) => {
          this.#cut = () => controller.error(new TypeError('network error'))
        },
        transform: (chunk, controller) => {
          this.received += decoder.decode(chunk, { stream: true })
          controller.enqueue(chunk)
        },
      }),
    )
    return new Response(body ?? null, response)
  }

  async whileAway<T>(act: () => Promise<T>): Promise<T> {
    let comeBack = () => {}
    this.#isBack = new Promise((resolve) => {
      comeBack = resolve
    })
    this.#cut()
    const result = await act()
    comeBack()
    return result
  }
}
