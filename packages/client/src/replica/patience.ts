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
  const end = () => stop.abort()
  const timer = setTimeout(end, milliseconds)
  closing.addEventListener('abort', end)
  if (closing.aborted) end()
  try {
    return await Promise.race([work(stop.signal), ended(stop.signal)])
  } finally {
    clearTimeout(timer)
    closing.removeEventListener('abort', end)
  }
}

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(signal.reason)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}
