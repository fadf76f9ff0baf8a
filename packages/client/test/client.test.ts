import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Change, createClient, type Task, TasklaneError } from '../src/index.ts'
import { sharedServer } from './shared-server.ts'

const server = sharedServer()

type Fetch = (request: Request) => Promise<Response>

function clientOf(token = server.token(), fetch?: Fetch) {
  return createClient({
    baseUrl: server.url,
    token: () => token,
    sleep: async () => {},
    ...(fetch !== undefined && { fetch }),
  })
}

/** Sends the request, and then loses the first answers: what a client sees of a broken connection. */
function losingAnswers(count: number): { fetch: Fetch; sent: () => number } {
  let sent = 0
  return {
    sent: () => sent,
    async fetch(request) {
      const response = await fetch(request)
      sent += 1
      if (sent <= count) throw new TypeError('fetch failed')
      return response
    },
  }
}

test('a creation whose answer is lost is tried again and makes one task', async () => {
  const token = server.token()
  const network = losingAnswers(2)
  const created = await clientOf(token, network.fetch).create({ title: 'Buy milk' })

  expect(network.sent()).toBe(3)
  const all = await collect(clientOf(token).tasks())
  expect(all).toEqual([created])
})

test('an answer of 503 is tried again, and given up after four times', async () => {
  let attempts = 0
  const away: Fetch = async () => {
    attempts += 1
    return new Response(null, { status: 503, headers: { 'retry-after': '1' } })
  }
  const refusal = clientOf(server.token(), away).get(randomUUID())
  await expect(refusal).rejects.toMatchObject({ code: 'unavailable', status: 503 })
  expect(attempts).toBe(4)
})

test('a refusal is not tried again, and tells its code and its faults', async () => {
  const network = losingAnswers(0)
  const refusal = clientOf(server.token(), network.fetch).create({ title: '' })
  await expect(refusal).rejects.toBeInstanceOf(TasklaneError)
  await expect(refusal).rejects.toMatchObject({
    code: 'validation_failed',
    problem: { errors: [{ in: 'body', path: '/title', message: 'must not be blank' }] },
  })
  expect(network.sent()).toBe(1)
})

test('iterating over tasks passes from page to page', async () => {
  const client = clientOf()
  const operations = Array.from({ length: 100 }, (_, index) => ({
    op: 'create' as const,
    title: `Task ${index}`,
  }))
  await client.batch(operations)
  await client.batch(operations)
  await client.create({ title: 'The last one' })

  const titles = (await collect(client.tasks())).map(({ title }) => title)
  expect(titles).toHaveLength(201)
  expect(titles[0]).toBe('The last one')
})

test('a device that was offline ends with the same tasks as one that was not', async () => {
  const token = server.token()
  const [phone, laptop] = [new Device(clientOf(token)), new Device(clientOf(token))]
  const milk = await laptop.client.create({ title: 'Buy milk' })
  const bread = await laptop.client.create({ title: 'Buy bread' })
  await phone.sync()
  await laptop.sync()

  // The phone is away.
  await laptop.client.update(milk.id, { completed: true })
  await laptop.client.delete(bread.id)
  await laptop.client.create({ title: 'Buy cheese' })
  await laptop.sync()
  expect([...phone.tasks.keys()].sort()).toEqual([milk.id, bread.id].sort())

  await phone.client.create({ title: 'Call Grace' })
  await phone.sync()
  await laptop.sync()
  expect(phone.titles()).toEqual(['Buy cheese', 'Buy milk', 'Call Grace'])
  expect(new Map([...phone.tasks].sort())).toEqual(new Map([...laptop.tasks].sort()))
})

test('events come as they happen, and go on after the connection broke', async () => {
  const token = server.token()
  const writer = clientOf(token)
  const start = await writer.sync()
  const stop = new AbortController()
  const seen: string[] = []
  const following = (async () => {
    for await (const { change } of clientOf(token, breakingStreams()).events({
      since: start.next,
      signal: stop.signal,
    })) {
      seen.push(change.type === 'task' ? change.task.title : 'deleted')
      if (seen.at(-1) === 'Three') stop.abort()
    }
  })()
  const first = await writer.create({ title: 'One' })
  await writer.create({ title: 'Two' })
  await writer.delete(first.id)
  await writer.create({ title: 'Three' })
  await following
  // A task deleted before its creation was told is told as deleted only.
  expect(seen.filter((title) => title !== 'One')).toEqual(['Two', 'deleted', 'Three'])
})

test('events of a connection that broke before its first change go on without a gap', async () => {
  const token = server.token()
  const writer = clientOf(token)
  const breaking = breakingStreams(/"type":"ready"/)
  const stop = new AbortController()
  let connections = 0
  const reader = clientOf(token, async (request) => {
    connections += 1
    if (connections === 1) return breaking(request)
    await writer.create({ title: 'While away' })
    return fetch(request)
  })
  for await (const { change } of reader.events({ signal: stop.signal })) {
    expect(change).toMatchObject({ type: 'task', task: { title: 'While away' } })
    stop.abort()
  }
  expect(connections).toBe(2)
})

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** Ends every stream after its first change, or after what else is to be the last of it. */
function breakingStreams(last = /"type":"(task|deleted)"/): Fetch {
  return async (request) => {
    const response = await fetch(request)
    if (response.body === null || !response.ok) return response
    const reader = response.body.getReader()
    const cut = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await reader.read()
        if (!done) controller.enqueue(value)
        if (done || last.test(new TextDecoder().decode(value))) {
          await reader.cancel()
          controller.close()
        }
      },
    })
    return new Response(cut, { status: 200, headers: response.headers })
  }
}

/** Keeps a copy of the tasks, as an app on a phone does. */
class Device {
  readonly client: ReturnType<typeof clientOf>
  readonly tasks = new Map<string, Task>()
  #token: string | undefined

  constructor(client: ReturnType<typeof clientOf>) {
    this.client = client
  }

  async sync(): Promise<void> {
    const { changes, next } = await this.client.sync(this.#token)
    for (const change of changes) this.#apply(change)
    this.#token = next
  }

  titles(): string[] {
    return [...this.tasks.values()].map(({ title }) => title).sort()
  }

  #apply(change: Change): void {
    if (change.type === 'task') this.tasks.set(change.task.id, change.task)
    else this.tasks.delete(change.id)
  }
}
