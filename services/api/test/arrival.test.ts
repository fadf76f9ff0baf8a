import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fastify } from 'fastify'
import { expect, test, vi } from 'vitest'
import { setDeadlines } from '../src/http/wire/deadline.ts'
import { LoopWatch } from '../src/http/wire/loop-watch.ts'
import { temporaryFolder } from './support/database.ts'
import { RawConnection } from './support/raw.ts'

test("a request's time runs from its arrival, but for what its client takes to send the body", async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const app = fastify()
  const loop = new LoopWatch()
  try {
    setDeadlines(app, loop, 5_000)
    app.addHook('onRequest', async () => void vi.advanceTimersByTime(1_000))
    app.post('/', async (request) => ({ left: request.deadline - performance.now() }))
    async function* body() {
      yield '{"title":'
      vi.advanceTimersByTime(60_000)
      yield '"Slow"}'
    }
    const headers = { 'content-type': 'application/json' }
    const answer = await app.inject({ method: 'POST', url: '/', headers, payload: Readable.from(body()) })
    expect(answer.json()).toEqual({ left: 4_000 })
  } finally {
    vi.useRealTimers()
    loop.end()
    await app.close()
  }
})

test("a request's time runs while it waits for the event loop to read it", async () => {
  const app = fastify()
  const loop = new LoopWatch()
  setDeadlines(app, loop, 5_000)
  app.get('/', async (request) => ({ deadline: request.deadline }))
  const connection = await RawConnection.open(await app.listen({ host: '127.0.0.1', port: 0 }))
  const ask = async () => {
    connection.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    const sentAt = performance.now()
    while (performance.now() < sentAt + 200);
    const answer = await connection.answer()
    return JSON.parse(answer?.body ?? '').deadline - sentAt
  }
  expect(await ask()).toBeLessThanOrEqual(5_000)
  // It has not forgotten how to look.
  expect(await ask()).toBeGreaterThan(0)
  connection.destroy()
  loop.end()
  await app.close()
})

/** Another process: ours is to stand still. It closes the connection once it has the answer. */
const askOnNewConnection = `
  exec 3<>"/dev/tcp/127.0.0.1/$0"
  printf 'GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' >&3
  : >"$1"
  cat <&3`

test("a request's time runs while its connection waits to be accepted", async () => {
  const app = fastify()
  const loop = new LoopWatch()
  setDeadlines(app, loop, 5_000)
  app.get('/', async (request) => ({ deadline: request.deadline }))
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  const folder = temporaryFolder()
  const sent = join(folder.path, 'sent')
  const client = spawn('bash', ['-c', askOnNewConnection, port, sent])
  while (!existsSync(sent));
  const sentAt = performance.now()
  while (performance.now() < sentAt + 200);
  const [, body = ''] = (await text(client.stdout)).split('\r\n\r\n')
  expect(JSON.parse(body).deadline - sentAt).toBeLessThanOrEqual(5_000)
  folder.remove()
  loop.end()
  await app.close()
})
