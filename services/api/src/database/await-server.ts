import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { codeOf, isConnectionLost, timeLimits } from './database-error.ts'

/** A server that starts beside us, or wakes from sleep, gets this long; then somebody should look. */
const DEADLINE_MILLISECONDS = 10_000
const RETRY_MILLISECONDS = 250

/**
 * Waits until the server takes connections.
 *
 * @returns the first way to connect that it takes.
 * @throws {Error} at the deadline, or at once where waiting cannot help, as with a wrong password.
 */
export async function awaitServer(ways: readonly pg.PoolConfig[]): Promise<pg.PoolConfig> {
  const deadline = performance.now() + DEADLINE_MILLISECONDS
  for (;;) {
    try {
      return await firstThatWorks(ways)
    } catch (error) {
      if (!isConnectionLost(error) || performance.now() + RETRY_MILLISECONDS > deadline)
        throw unreachable(error)
      await delay(RETRY_MILLISECONDS)
    }
  }
}

async function firstThatWorks(ways: readonly pg.PoolConfig[]): Promise<pg.PoolConfig> {
  const refusals: unknown[] = []
  for (const way of ways) {
    try {
      await tryOut(way)
      return way
    } catch (error) {
      refusals.push(error)
      // A server that is away, or a wrong password, is the same the other way.
      if (codeOf(error) === '28P01' || isSocketError(error)) break
    }
  }
  throw refusals.findLast((error) => !isWithoutTls(error)) ?? refusals[0]
}

async function tryOut(way: pg.PoolConfig): Promise<void> {
  const client = new pg.Client({ ...way, connectionTimeoutMillis: DEADLINE_MILLISECONDS })
  let end: unknown
  client.on('error', (error) => {
    end = error
  })
  try {
    await client.connect()
    await client.query('select 1')
  } catch (error) {
    // It works, and has a time limit too short for anything: told of later.
    if (timeLimits[codeOf(end ?? error) ?? ''] === undefined) throw error
  } finally {
    await client.end().catch(() => {})
  }
}

/** An error of the socket, before the server said anything. */
function isSocketError(error: unknown): boolean {
  return isConnectionLost(error) && !(error instanceof pg.DatabaseError)
}

function isWithoutTls(error: unknown): boolean {
  return error instanceof Error && error.message === 'The server does not support SSL connections'
}

/** The address is not repeated, for a password may stand in it. */
function unreachable(cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message || String(cause) : 'it cannot be reached'
  const advice = certificateCodes.has(codeOf(cause) ?? '') ? `. ${certificateAdvice}` : ''
  return new Error(`Cannot use the database at DATABASE_URL: ${reason}${advice}`, { cause })
}

const certificateAdvice =
  "Name the file of the certificate that signed the server's in sslrootcert, or encrypt without proof of whom you talk to by sslmode=require"
const certificateCodes = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])
