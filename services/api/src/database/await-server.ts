import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { isConnectionLost } from './database-error.ts'

/** A server that starts beside us, or wakes from sleep, gets this long; then whoever started us should look. */
const DEADLINE_MILLISECONDS = 10_000
const RETRY_MILLISECONDS = 250

/**
 * Waits until the server takes connections.
 *
 * @throws {Error} at the deadline, or at once where waiting cannot help, as with a wrong password.
 */
export async function awaitServer(pool: pg.Pool): Promise<void> {
  const deadline = performance.now() + DEADLINE_MILLISECONDS
  for (;;) {
    try {
      await pool.query('select 1')
      return
    } catch (error) {
      if (!isConnectionLost(error) || performance.now() + RETRY_MILLISECONDS > deadline)
        throw unreachable(error)
      await delay(RETRY_MILLISECONDS)
    }
  }
}

/** The address is not repeated, for a password may stand in it. */
function unreachable(cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message || String(cause) : 'it cannot be reached'
  return new Error(`Cannot use the database at DATABASE_URL: ${reason}`, { cause })
}
