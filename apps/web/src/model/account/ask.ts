import { type Problem, TasklaneError } from '@tasklane/client'

export type Ask = (path: string, options?: AskOptions) => Promise<unknown>

export interface AskOptions {
  method?: 'GET' | 'POST' | 'DELETE'
  body?: unknown
  token?: string
}

export type Fetch = (what: string | Request, options?: RequestInit) => Promise<Response>

/**
 * Asks the issuer, with the session's cookie.
 *
 * @throws {TasklaneError} for a refusal
 * @throws {TypeError} where the network fails
 */
export function asker(send: Fetch): Ask {
  return async (path, { method = 'GET', body, token } = {}) => {
    const options = {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }
    const answer = await whenFree(() => send(path, options))
    const text = await answer.text()
    if (!answer.ok) throw refusalOf(answer, text)
    return text === '' ? undefined : JSON.parse(text)
  }
}

const MOST_TRIES = 4
const MOST_WAIT_MILLISECONDS = 10_000

/** Asks again while the service says that it is busy, when it says (RFC 9110, 10.2.3); after some times it is an answer. */
export async function whenFree(send: () => Promise<Response>): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    const answer = await send()
    const seconds = answer.headers.get('retry-after')
    if (answer.status !== 503 || seconds === null || tries === MOST_TRIES) return answer
    // Read to its end, so that its connection serves the next.
    await answer.text()
    const wait = Math.min(Number(seconds) * 1000 || 0, MOST_WAIT_MILLISECONDS)
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
}

export function refusalOf(answer: Response, text: string): TasklaneError {
  return new TasklaneError(problemOf(answer, text), answer.headers.get('x-request-id') ?? undefined)
}

/** Something between us and the API may have answered in its place. */
function problemOf({ status, statusText }: Response, text: string): Problem {
  try {
    const problem: unknown = JSON.parse(text)
    if (isProblem(problem)) return problem
  } catch {
    // No JSON: told of below.
  }
  const code = status >= 500 ? 'unavailable' : 'malformed_request'
  const detail = `The answer was ${status} without a problem document`
  return { type: 'about:blank', title: statusText, status, code, detail }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'detail' in value
}
