/** How the replicas that share one storage agree: one leads, and each tells the others its changes. */
export interface Coordination {
  /** Waits for its turn, then runs the work until it ends. A leader that is cut off hands over. */
  lead(name: string, signal: AbortSignal, work: () => Promise<void>): Promise<void>
  open(name: string, listener: (message: unknown) => void): Channel
}

export interface Channel {
  post(message: unknown): void
  close(): void
}

/** For a replica that shares its storage with no other. */
export function alone(): Coordination {
  return {
    lead: (_name, _signal, work) => work(),
    open: () => ({ post() {}, close() {} }),
  }
}

/** The part of the Web Locks API that is needed. */
export interface Locks {
  request(name: string, options: { signal: AbortSignal }, work: () => Promise<void>): Promise<unknown>
}

/** The part of BroadcastChannel that is needed. */
export type ChannelConstructor = new (
  name: string,
) => {
  postMessage(message: unknown): void
  close(): void
  onmessage: ((event: MessageEvent) => void) | null
}

/** For tabs and workers of one origin. The browser gives a closed tab's lock to the next one at once. */
export function webCoordination(locks: Locks, Channel: ChannelConstructor): Coordination {
  return {
    async lead(name, signal, work) {
      await locks.request(name, { signal }, work).catch((error: unknown) => {
        if (!signal.aborted) throw error
      })
    },
    open(name, listener) {
      const channel = new Channel(name)
      channel.onmessage = ({ data }) => listener(data)
      return { post: (message) => channel.postMessage(message), close: () => channel.close() }
    },
  }
}
