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
    const answer = await send(path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw refusalOf(answer, text)
    return text === '' ? undefined : JSON.parse(text)
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
