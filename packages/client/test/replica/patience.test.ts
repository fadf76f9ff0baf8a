import { afterEach, expect, test, vi } from 'vitest'
import { createClient } from '../../src/index.ts'
import { Wire } from '../../src/replica/wire.ts'

afterEach(() => {
  vi.useRealTimers()
})

const page = { changes: [], next: 'a token', has_more: false }
const SECONDS = 1000

/** A network on which each answer takes so long. */
function slow(milliseconds: number): Wire {
  const client = createClient({
    baseUrl: 'http://127.0.0.1:1',
    token: () => 'none',
    fetch: () => new Promise((resolve) => setTimeout(() => resolve(Response.json(page)), milliseconds)),
  })
  return new Wire(client, new AbortController().signal)
}

test('an answer that takes longer than a minute is waited for longer the next time, so that it comes in the end', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const wire = slow(100 * SECONDS)
  const first = wire.changes(undefined, true).catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(61 * SECONDS)
  expect(await first).toBeInstanceOf(DOMException)
  const second = wire.changes(undefined, true)
  await vi.advanceTimersByTimeAsync(101 * SECONDS)
  expect(await second).toMatchObject({ hasMore: false })
})

test('a network that swallows all is given eight minutes at most', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const wire = slow(24 * 3600 * SECONDS)
  for (const minutes of [1, 2, 4, 8, 8]) {
    const asked = wire.changes(undefined, true).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(minutes * 60 * SECONDS + SECONDS)
    expect(await asked).toBeInstanceOf(DOMException)
  }
})
