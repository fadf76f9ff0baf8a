const MAXIMUM_ATTEMPTS = 4
const FIRST_DELAY_MILLISECONDS = 200
const MAXIMUM_DELAY_MILLISECONDS = 10_000

export type Fetch = (request: Request) => Promise<Response>

/** For tests, which have no time to wait. */
export type Sleep = (milliseconds: number) => Promise<void>

/**
 * A fetch that tries again where trying again is safe: reads, DELETE, and POST with an Idempotency-Key, which the API
 * answers the second time as it did the first. A PATCH is tried again too, since setting the same fields twice is
 * the same as once, but not with If-Match, whose second try would meet the first one's change.
 */
export function retrying(send: Fetch, sleep: Sleep): Fetch {
  return async (request) => {
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt === MAXIMUM_ATTEMPTS || !isRepeatable(request)
      const outcome = await attemptOf(send, request.clone())
      if (isLast || !isPassing(outcome)) {
        if (outcome instanceof Response) return outcome
        throw outcome.error
      }
      await sleep(delayAfter(attempt, outcome))
    }
  }
}

type Outcome = Response | { error: unknown }

async function attemptOf(send: Fetch, request: Request): Promise<Outcome> {
  try {
    return await send(request)
  } catch (error) {
    return { error }
  }
}

function isRepeatable(request: Request): boolean {
  if (request.signal.aborted) return false
  if (request.method === 'POST') return request.headers.has('idempotency-key')
  return !request.headers.has('if-match')
}

/** The network failed, or the API said that it will pass. */
function isPassing(outcome: Outcome): boolean {
  if (!(outcome instanceof Response))
    return !(outcome.error instanceof DOMException && outcome.error.name === 'AbortError')
  return outcome.status === 429 || outcome.status === 502 || outcome.status === 503 || outcome.status === 504
}

/** As long as the answer asks for, else twice as long each time; spread, so that clients do not come back at once. */
function delayAfter(attempt: number, outcome: Outcome): number {
  const asked = outcome instanceof Response ? Number(outcome.headers.get('retry-after')) * 1000 : 0
  const backoff = FIRST_DELAY_MILLISECONDS * 2 ** (attempt - 1) * (0.5 + Math.random())
  return Math.min(Math.max(asked || 0, backoff), MAXIMUM_DELAY_MILLISECONDS)
}
