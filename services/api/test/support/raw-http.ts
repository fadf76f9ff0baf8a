import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect } from 'vitest'

export interface RawAnswer {
  status: number
  headers: ReadonlyMap<string, string>
  text: string
}

/** A bare TCP connection to the app, for what no HTTP client would send. */
export class RawConnection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)

  private constructor(socket: Socket) {
    this.#socket = socket
    // A server that hangs up on us is what many tests are about.
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk])
    })
  }

  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    return new RawConnection(socket)
  }

  send(bytes: string | Uint8Array): void {
    this.#socket.write(bytes)
  }

  /** The next answer, interim ones included; undefined once the server has closed without another. */
  async answer(): Promise<RawAnswer | undefined> {
    for (;;) {
      const parsed = parseAnswer(this.#received)
      if (parsed !== undefined) {
        this.#received = this.#received.subarray(parsed.length)
        return parsed.answer
      }
      if (this.#socket.readableEnded || this.#socket.destroyed) return undefined
      await new Promise<void>((resolve) => {
        const settle = () => {
          for (const event of events) this.#socket.off(event, settle)
          resolve()
        }
        const events = ['data', 'end', 'close'] as const
        for (const event of events) this.#socket.on(event, settle)
      })
    }
  }

  /** Resolves when the server has hung up. */
  async closed(): Promise<void> {
    if (!this.#socket.readableEnded && !this.#socket.destroyed) await once(this.#socket, 'close')
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

/** Sends bytes on a connection of their own and gives the first answer that is not an interim one. */
export async function exchange(url: string, bytes: string | Uint8Array): Promise<RawAnswer | undefined> {
  const connection = await RawConnection.open(url)
  try {
    connection.send(bytes)
    for (;;) {
      const answer = await connection.answer()
      if (answer === undefined || answer.status >= 200) return answer
    }
  } finally {
    connection.destroy()
  }
}

/** Fails unless the answer is a problem of this status, with the headers that every answer has. */
export function expectProblem(answer: RawAnswer | undefined, status: number, code: string): void {
  expect(answer).toMatchObject({ status })
  if (answer === undefined) return
  const problem: unknown = JSON.parse(answer.text)
  expect(problem).toMatchObject({ type: 'about:blank', status, code })
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect(answer.headers.get('x-request-id')).toMatch(/^[\w.-]{1,64}$/)
  expect(answer.headers.get('cache-control')).toBe('private, no-cache')
  expect(answer.headers.get('vary')).toBe('Authorization')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
}

function parseAnswer(received: Buffer): { answer: RawAnswer; length: number } | undefined {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const [statusLine = '', ...lines] = received.toString('latin1', 0, headEnd).split('\r\n')
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const status = Number(statusLine.split(' ')[1])
  const bodyStart = headEnd + 4
  if (headers.get('transfer-encoding') === 'chunked') {
    const end = received.indexOf('0\r\n\r\n', bodyStart)
    if (end < 0) return undefined
    const text = received.toString('utf8', bodyStart, end)
    return { answer: { status, headers, text }, length: end + 5 }
  }
  const length = bodyStart + Number(headers.get('content-length') ?? 0)
  if (received.length < length) return undefined
  return { answer: { status, headers, text: received.toString('utf8', bodyStart, length) }, length }
}
