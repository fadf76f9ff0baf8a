import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { commonHeaders } from './headers.ts'
import { PROBLEM_MEDIA_TYPE, type RefusedStatus, refusal } from './problem.ts'

const statuses: Record<string, RefusedStatus> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

const HEAD = 'HEAD '

/** What Node's parser tells of bytes that it does not understand. */
type ClientError = Error & { code?: string; rawPacket?: unknown }

/** Answers bytes that never became a request (RFC 9112 section 11), then closes the connection. */
export function answerClientError(error: ClientError, socket: Socket, requestId?: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  // As far as it can be known of what was not understood: RFC 9110 section 9.3.2, no content in answer to HEAD.
  const isHead =
    Buffer.isBuffer(error.rawPacket) && error.rawPacket.toString('latin1', 0, HEAD.length) === HEAD
  answerRaw(socket, statuses[error.code ?? ''] ?? 400, { isHead, requestId })
}

interface RawAnswerOptions {
  isHead?: boolean
  requestId?: string | undefined
  headers?: Readonly<Record<string, string>>
}

/** A problem where there is no response object to write it to; then closes the connection. */
export function answerRaw(
  socket: Duplex,
  status: RefusedStatus,
  { isHead = false, requestId = randomUUID(), headers: more = {} }: RawAnswerOptions = {},
): void {
  const body = JSON.stringify(refusal(status))
  const headers = {
    ...commonHeaders,
    'x-request-id': requestId,
    'content-type': PROBLEM_MEDIA_TYPE,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    ...more,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${isHead ? '' : body}`,
  )
}
