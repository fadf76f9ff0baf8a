import { type Agent, request as httpRequest } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { LoopWatch } from '../../src/http/wire/loop-watch.ts'

export interface Answer {
  status: number
  retryAfter: string | undefined
  etag: string | undefined
  /** Whether the server says that this is the last answer on the connection. */
  isLast: boolean
  /** Parsed where it is JSON; body.ts reads it. */
  body: unknown
}

/**
 * What came of a request: an answer, or a connection that broke. It took at least `tookMilliseconds`, without what we were late
 * by ourselves: we have other work too, and so has the machine.
 */
export type Outcome = { begunAt: number; endedAt: number; tookMilliseconds: number } & (
  | { answer: Answer; broken?: never }
  | { broken: string; answer?: never }
)

export interface Question {
  method: string
  path: string
  token?: string
  headers?: Record<string, string>
  body?: unknown
}

/** It tells of our own lateness, to a few milliseconds. */
const loop = new LoopWatch(Number.POSITIVE_INFINITY, 5)

/** Sends one request; never rejects. */
export function send(
  url: string,
  agent: Agent,
  { method, path, token, headers, body }: Question,
): Promise<Outcome> {
  const begunAt = performance.now()
  /** A new connection waits for us before it is written to, and a connection or an answer for us to read it. */
  let lateMilliseconds = 0
  const noteLateness = () => {
    lateMilliseconds += performance.now() - Math.max(begunAt, loop.readAt)
  }
  return new Promise((resolve) => {
    const times = () => {
      noteLateness()
      const endedAt = performance.now()
      return { begunAt, endedAt, tookMilliseconds: Math.max(0, endedAt - begunAt - lateMilliseconds) }
    }
    const broken = (error: Error) => resolve({ ...times(), broken: codeOf(error) })
    const text = body === undefined ? undefined : JSON.stringify(body)
    const request = httpRequest(url + path, {
      method,
      agent,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(text !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        }),
        ...headers,
      },
    })
    request.on('error', broken)
    request.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', noteLateness)
    })
    request.on('response', (response) => {
      let received = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        received += chunk
      })
      response.on('error', broken)
      response.on('end', () => {
        const { 'retry-after': retryAfter, etag, connection } = response.headers
        const isLast = connection === 'close'
        const answer = { status: response.statusCode ?? 0, retryAfter, etag, isLast, body: parse(received) }
        resolve({ ...times(), answer })
      })
    })
    request.end(text)
  })
}

/** A busy machine may answer 503 at first; what is asked here may be sent again when its time has come. */
export async function sendUntilDone(url: string, agent: Agent, question: Question): Promise<Outcome> {
  for (;;) {
    const outcome = await send(url, agent, question)
    if (outcome.answer?.status !== 503) return outcome
    await delay(1000 * Number(outcome.answer.retryAfter ?? 1))
  }
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.message
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}
