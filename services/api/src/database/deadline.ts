import { unavailable } from '../errors.ts'

/**
 * How long a request waits for the database, counted from its arrival, before its work is taken back. What runs then
 * is cancelled and gets the grace to end; so the last answer is given before the 5 s that the contract promises.
 */
export const WAIT_MILLISECONDS = 3_600
export const GRACE_MILLISECONDS = 1_200

/** How often what waits is looked at: no timer of its own for each of thousands of requests. */
export const LOOK_MILLISECONDS = 50

/** The time of `performance.now()` at which what begins now gives up. */
export function deadlineFromNow(milliseconds = WAIT_MILLISECONDS): number {
  return performance.now() + milliseconds
}

/** The answer to a request that has waited long enough. The message of the cause is that of the driver in such a case. */
export function waitedTooLong(cause: unknown = new Error('timeout expired')): Error {
  return unavailable('The database did not answer in time', cause)
}
