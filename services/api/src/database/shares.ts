import type pg from 'pg'
import { unavailable } from '../errors.ts'
import { Backlog } from './backlog.ts'
import type { LanePool } from './lanes.ts'
import type { Row, Step } from './statement.ts'
import { Turns } from './turns.ts'

/** More of a user's reads at a time would be no faster, and others would wait behind them. */
export const MOST_READS_OF_A_USER = 8
/** A user's writes wait for each other anyway, by the lock on the user's list. */
export const MOST_WRITES_OF_A_USER = 2
/** Long work waits so long for that of others, and longer for that of the same user, which may be an import. */
const SHORT_WAIT_MILLISECONDS = 10_000
const LONG_WAIT_MILLISECONDS = 60_000
/** In line for a connection of the pool; of one user a few at most. Any more are refused at once. */
const MOST_IN_LINE = 300

/** Lanes of which one user takes a part. */
export function shareLanes(lanes: LanePool, mostOfAUser: number) {
  const turns = new Turns(mostOfAUser)
  const backlog = new Backlog(() => lanes.held)
  /** One function, for one more around each request costs it a microsecond. */
  async function transact(
    userId: string,
    steps: readonly Step[],
    deadline: number,
    isRepeatable: boolean,
  ): Promise<Row[][]> {
    const turn = turns.begin(userId, deadline)
    if (turn !== undefined) await turn
    const begunAt = backlog.begin()
    try {
      return await lanes.transact(userId, steps, deadline, isRepeatable)
    } finally {
      backlog.end(begunAt)
      turns.end(userId)
    }
  }
  return { backlog, transact }
}

/**
 * The pool's connections: one user has half of them at most for short work, and one for long work; long work of all users
 * together leaves one free.
 */
export function sharePool(pool: pg.Pool, size: number) {
  const short = new Turns(Math.max(1, Math.floor(size / 2)))
  const longOfOne = new Turns(1)
  const longOfAll = new Turns(Math.max(1, size - 1))
  return <T>(userId: string, work: () => Promise<T>, deadline: number | undefined): Promise<T> => {
    if (deadline === undefined) {
      const atLength = () => longOfAll.take('', work, performance.now() + SHORT_WAIT_MILLISECONDS)
      return longOfOne.take(userId, atLength, performance.now() + LONG_WAIT_MILLISECONDS)
    }
    if (pool.waitingCount < MOST_IN_LINE) return short.take(userId, work, deadline)
    return Promise.reject(unavailable('Too many requests wait for the database'))
  }
}
