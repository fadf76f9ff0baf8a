/**
 * Does a work until it takes too long or all is closed. Both reasons are held here by strong references: Node.js 20
 * forgets the parts of an `AbortSignal.any` at the next garbage collection, and then waits for ever.
 */
export async function within<T>(
  milliseconds: number,
  closing: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController()
  const { signal } = stop
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
  const end = () => stop.abort()
  const timer = setTimeout(end, milliseconds)
  closing.addEventListener('abort', end)
  if (closing.aborted) end()
  try {
    return await Promise.race([work(signal), ended])
  } finally {
    clearTimeout(timer)
    closing.removeEventListener('abort', end)
  }
}
