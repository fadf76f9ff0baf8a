/** Nobody writes faster than this, so a list that follows the clock and counts its changes never runs ahead of it. */
const REVISIONS_A_MILLISECOND = 100

/** The revision of a list that was written to at this time, in milliseconds since the epoch. */
export function revisionAt(time: number): number {
  return time * REVISIONS_A_MILLISECOND
}

/**
 * An SQL expression for the revision of a list after `count` more changes, where `clock` is the parameter that has the
 * revision of this time.
 *
 * It follows the clock as well as the count. So a list that a backup took back in time gives no revision twice, and no
 * entity tag of a state that was lost fits another one.
 */
export function raised(revision: string, clock: string, count = '1'): string {
  return `greatest(${revision}, ${clock}::bigint) + ${count}`
}
