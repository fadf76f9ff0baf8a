import pg from 'pg'
import { vi } from 'vitest'

/**
 * How many times something is sent to the database and its answer waited for before more is sent on the same
 * connection. However much goes out at once, it is one.
 */
export async function roundTripsOf(work: () => Promise<unknown>): Promise<number> {
  const waiting = new WeakSet<pg.Connection>()
  let count = 0
  const sent = (connection: pg.Connection) => {
    if (!waiting.has(connection)) count += 1
    waiting.add(connection)
  }
  const { prototype } = pg.Connection
  const { sync, query, emit } = prototype
  const spies = [
    vi.spyOn(prototype, 'sync').mockImplementation(function (this: pg.Connection) {
      sent(this)
      sync.call(this)
    }),
    vi.spyOn(prototype, 'query').mockImplementation(function (this: pg.Connection, text) {
      sent(this)
      query.call(this, text)
    }),
    vi.spyOn(prototype, 'emit').mockImplementation(function (this: pg.Connection, event, ...values) {
      if (event === 'readyForQuery') waiting.delete(this)
      return emit.call(this, event, ...values)
    }),
  ]
  try {
    await work()
    return count
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}
