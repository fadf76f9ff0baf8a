import { expect } from 'vitest'

export interface RawAnswer {
  status: number
  /** Names in lower case; a repeated header is a list. */
  headers: ReadonlyMap<string, string>
  body: string
  /** False where the connection ended in the middle of the body. */
  isWhole: boolean
}

/**
 * Reads bytes, one character each, as the answers to requests of these methods, as strictly as can be. Interim answers
 * are left out.
 *
 * @throws {Error} when other bytes stand before, between or behind the answers, and when an answer follows one that was
 *   said to be the last.
 */
export function parseAnswers(bytes: string, methods: string[]): RawAnswer[] {
  const answers: RawAnswer[] = []
  let rest = bytes
  while (rest !== '') {
    if (answers.at(-1)?.headers.get('connection') === 'close')
      throw new Error(`After the last answer: ${rest}`)
    if (answers.at(-1)?.isWhole === false) throw new Error(`After a cut: ${rest}`)
    const parsed = parseAnswer(rest, methods[answers.length])
    if (parsed === undefined) throw new Error(`No end of the headers: ${rest.slice(0, 500)}`)
    const { answer } = parsed
    if (!answer.isWhole && answer.headers.has('content-length')) throw new Error(`A cut body: ${rest}`)
    rest = parsed.rest
    if (parsed.answer.status >= 200) answers.push(parsed.answer)
  }
  return answers
}

/** The first answer and what stands behind it; undefined as long as its headers have no end. */
export function parseAnswer(bytes: string, method = ''): { answer: RawAnswer; rest: string } | undefined {
  const head = cut(bytes, '\r\n\r\n')
  if (head === undefined) return undefined
  const [text, rest] = head
  const [statusLine = '', ...lines] = text.split('\r\n')
  const status = Number(/^HTTP\/1\.1 ([1-5]\d\d) [A-Z][A-Za-z -]+$/.exec(statusLine)?.[1])
  if (Number.isNaN(status)) throw new Error(`No status line: ${bytes.slice(0, 200)}`)
  const headers = headersOf(lines)
  const answer = (body: string, isWhole: boolean) => ({
    status,
    headers,
    body: Buffer.from(body, 'latin1').toString(),
    isWhole,
  })
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304)
    return { answer: answer('', true), rest }
  if (headers.get('transfer-encoding') === 'chunked') {
    const chunks = parseChunks(rest)
    return { answer: answer(chunks.body, chunks.isWhole), rest: chunks.rest }
  }
  const length = Number(headers.get('content-length') ?? Number.NaN)
  if (Number.isNaN(length)) throw new Error(`No length: ${bytes.slice(0, 500)}`)
  return { answer: answer(rest.slice(0, length), rest.length >= length), rest: rest.slice(length) }
}

function headersOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const line of lines) {
    const [, name = '', value = ''] = /^([A-Za-z-]+): ?(.*)$/.exec(line) ?? []
    if (name === '') throw new Error(`No header: ${line}`)
    const known = headers.get(name.toLowerCase())
    headers.set(name.toLowerCase(), known === undefined ? value : `${known}, ${value}`)
  }
  return headers
}

function parseChunks(bytes: string): { body: string; rest: string; isWhole: boolean } {
  let body = ''
  let rest = bytes
  for (;;) {
    const chunk = cut(rest, '\r\n')
    if (chunk === undefined) return { body, rest, isWhole: false }
    const [size, after] = chunk
    if (!/^[0-9a-f]+$/i.test(size)) throw new Error(`No size of a chunk: ${size}`)
    const length = Number.parseInt(size, 16)
    body += after.slice(0, length)
    if (after.length < length + 2) return { body, rest: '', isWhole: false }
    if (after.slice(length, length + 2) !== '\r\n') throw new Error(`No end of a chunk: ${after}`)
    rest = after.slice(length + 2)
    if (length === 0) return { body, rest, isWhole: true }
  }
}

function cut(text: string, mark: string): [string, string] | undefined {
  const at = text.indexOf(mark)
  return at < 0 ? undefined : [text.slice(0, at), text.slice(at + mark.length)]
}

/** Fails unless the answer is a problem of this status, with the headers that every answer has. */
export function expectProblem(answer: RawAnswer | undefined, status: number, code: string): void {
  expect(answer).toMatchObject({ status })
  if (answer === undefined) return
  const problem: unknown = JSON.parse(answer.body)
  expect(problem).toMatchObject({ type: 'about:blank', status, code })
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect(answer.headers.get('x-request-id')).toMatch(/^[\w.-]{1,64}$/)
  expect(answer.headers.get('cache-control')).toBe('private, no-cache')
  expect(answer.headers.get('vary')).toBe('Authorization')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
}
