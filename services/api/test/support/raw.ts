import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { parseAnswer, parseAnswers, type RawAnswer } from './raw-answers.ts'

/** A connection of its own to the app, for what no HTTP client would send. Every byte that comes back is kept. */
export class RawConnection {
  readonly socket: Socket
  readonly #closed: Promise<void>
  #received = ''
  /** How much of it was handed out as answers. */
  #read = 0

  private constructor(socket: Socket) {
    this.socket = socket
    // A server that hangs up on us is what many tests are about.
    socket.on('error', () => {})
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      this.#received += chunk
    })
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()))
  }

  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url)
    const connection = new RawConnection(connect(Number(port), hostname).setNoDelay())
    await once(connection.socket, 'connect')
    return connection
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes)
  }

  /** The next answer, interim ones included; undefined once the server has hung up without another. */
  async answer(method = ''): Promise<RawAnswer | undefined> {
    for (;;) {
      const next = parseAnswer(this.#received.slice(this.#read), method)
      if (next?.answer.isWhole) {
        this.#read = this.#received.length - next.rest.length
        return next.answer
      }
      if (this.socket.destroyed) return undefined
      await this.#more()
    }
  }

  /** Resolves once this stands in what came back, or the server has hung up. */
  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#received) && !this.socket.destroyed) await this.#more()
  }

  /** All that came, as one character a byte, once the server has hung up. */
  async ended(): Promise<string> {
    await this.#closed
    return this.#received
  }

  destroy(): void {
    this.socket.destroy()
  }

  async #more(): Promise<void> {
    await Promise.race([new Promise((resolve) => this.socket.once('data', resolve)), this.#closed])
  }
}

/** Sends bytes and gives the first answer that is not an interim one; undefined where there is none. */
export async function exchange(url: string, bytes: string | Uint8Array): Promise<RawAnswer | undefined> {
  const connection = await RawConnection.open(url)
  connection.send(bytes)
  try {
    for (;;) {
      const answer = await connection.answer(methodOf(String(bytes)))
      if (answer === undefined || answer.status >= 200) return answer
    }
  } finally {
    connection.destroy()
  }
}

/** Sends bytes after which the server hangs up, and gives the one answer that came before. */
export async function onlyAnswer(url: string, bytes: string): Promise<RawAnswer> {
  const connection = await RawConnection.open(url)
  connection.send(bytes)
  const [answer, ...more] = parseAnswers(await connection.ended(), [methodOf(bytes)])
  if (answer === undefined || more.length > 0) throw new Error(`Not one answer to ${bytes}`)
  return answer
}

/** The answer to a request of these lines and a Host, exactly as they are given: an HTTP client would tidy them up. */
export function ask(url: string, ...lines: string[]): Promise<RawAnswer> {
  return onlyAnswer(url, `${[...lines, 'Host: localhost', 'Connection: close'].join('\r\n')}\r\n\r\n`)
}

const methodOf = (bytes: string) => /^[A-Z]*/.exec(bytes)?.[0] ?? ''
