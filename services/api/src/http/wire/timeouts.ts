/**
 * How long a client may take to send a request, or to take an answer; Node looks for those who took longer at the
 * check's interval.
 */
export interface Timeouts {
  headersMilliseconds: number
  /** For a whole body; for one that is read as a stream, from one byte to the next. */
  requestMilliseconds: number
  checkMilliseconds: number
  /** A connection on which nothing moves for this long is closed: its client does not read what it asked for. */
  stalledMilliseconds: number
}

/** Slow headers and dripped bodies are cut off within 30 s. */
export const productionTimeouts: Timeouts = {
  headersMilliseconds: 10_000,
  requestMilliseconds: 20_000,
  checkMilliseconds: 2_000,
  stalledMilliseconds: 120_000,
}
