import { Readable } from 'node:stream'
import { fastify } from 'fastify'
import { expect, test, vi } from 'vitest'
import { setDeadlines } from '../src/http/wire/deadline.ts'

test("a request's time runs from its arrival, but for what its client takes to send the body", async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const app = fastify()
  try {
    setDeadlines(app, 5_000)
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
    await app.close()
  }
})
