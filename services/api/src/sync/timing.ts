/** The intervals of the event stream. */
export interface StreamTiming {
  /** A comment this often keeps proxies awake; a client that leaves something unread for as long is cut off. */
  keepAliveMilliseconds: number
  /** How often to look for the writes of other processes. */
  pollMilliseconds: number
}

export const productionStreamTiming: StreamTiming = {
  keepAliveMilliseconds: 15_000,
  pollMilliseconds: 1_000,
}
