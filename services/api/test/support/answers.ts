import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface Answer {
  status: number
  headers: ReadonlyMap<string, string>
  body: string
  /** False where the connection ended in the middle of the body. */
  isWhole: boolean
}

/** A connection of which every byte that comes back is kept. */
export interface Talk {
  send: (bytes: string) => void
  /** Resolves once this stands in what came back, or the server has hung up. */
  until: (pattern: RegExp) => Promise<void>
  /** All that came, once the server has hung up. */
  ended: Promise<string>
  socket: Socket
}

export async function talkTo(url: string): Promise<Talk> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).setNoDelay()
  socket.on('error', () => {})
  let received = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk
  })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await once(socket, 'connect')
  return {
    socket,
    send: (bytes) => socket.write(bytes, 'latin1'),
    async until(pattern) {
      while (!pattern.test(received) && !socket.destroyed) {
        await Promise.race([new Promise((resolve) => socket.once('data', resolve)), closed])
      }
    },
    ended: closed.then(() => received),
  }
}

/**
 * Reads bytes as the answers to requests of these methods, as strictly as can be.
 *
 * @throws {Error} when other bytes stand before, between or behind the answers, and when an answer follows one that was
 *   said to be the last.
 */
export function parseAnswers(bytes: string, methods: string[]): Answer[] {
  const answers: Answer[] = []
  let rest = bytes
  while (rest !== '') {
    if (answers.at(-1)?.headers.get('connection') === 'close')
      throw new Error(`After the last answer: ${rest}`)
    if (answers.at(-1)?.isWhole === false) throw new Error(`After a cut: ${rest}`)
    const parsed = parseAnswer(rest, methods[answers.length])
    rest = parsed.rest
    if (parsed.answer.status >= 200) answers.push(parsed.answer)
  }
  return answers
}

function parseAnswer(bytes: string, method = ''): { answer: Answer; rest: string } {
  const [head, rest] = cut(bytes, '\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  const status = Number(/^HTTP\/1\.1 ([1-5]\d\d) [A-Z][A-Za-z -]+$/.exec(statusLine)?.[1])
  if (Number.isNaN(status)) throw new Error(`No status line: ${bytes.slice(0, 200)}`)
  const headers = new Map(lines.map((line) => headerOf(line)))
  const answer = (body: string, isWhole = true) => ({ status, headers, body, isWhole })
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304)
    return { answer: answer(''), rest }
  if (headers.get('transfer-encoding') === 'chunked') {
    const chunks = parseChunks(rest)
    return { answer: answer(chunks.body, chunks.isWhole), rest: chunks.rest }
  }
  const length = Number(headers.get('content-length') ?? Number.NaN)
  if (!(length <= rest.length)) throw new Error(`Not ${length} bytes: ${bytes}`)
  return { answer: answer(rest.slice(0, length)), rest: rest.slice(length) }
}

function headerOf(line: string): [string, string] {
  const [, name = '', value = ''] = /^([A-Za-z-]+): ?(.*)$/.exec(line) ?? []
  if (name === '') throw new Error(`No header: ${line}`)
  return [name.toLowerCase(), value]
}

function parseChunks(bytes: string): { body: string; rest: string; isWhole: boolean } {
  let body = ''
  let rest = bytes
  while (rest !== '') {
    const [size, after] = cut(rest, '\r\n')
    if (!/^[0-9a-f]+$/i.test(size)) throw new Error(`No size of a chunk: ${size}`)
    const length = Number.parseInt(size, 16)
    body += after.slice(0, length)
    if (after.slice(length, length + 2) !== '\r\n') throw new Error(`No end of a chunk: ${after}`)
    rest = after.slice(length + 2)
    if (length === 0) return { body, rest, isWhole: true }
  }
  return { body, rest, isWhole: false }
}

function cut(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark)
  if (at < 0) throw new Error(`No ${JSON.stringify(mark)} in ${JSON.stringify(text.slice(0, 500))}`)
  return [text.slice(0, at), text.slice(at + mark.length)]
}
