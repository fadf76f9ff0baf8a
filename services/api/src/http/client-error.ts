import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { commonHeaders } from './headers.ts'
import { PROBLEM_MEDIA_TYPE, refusal } from './problem.ts'

const statuses: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

/** Answers bytes that never became a request (RFC 9112 section 11), then closes the connection. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  answerRaw(socket, statuses[error.code ?? ''] ?? 400)
}

/** A problem where there is no response object to write it to; then closes the connection. */
export function answerRaw(socket: Duplex, status: number): void {
  const body = JSON.stringify(refusal(status))
  const headers = {
    ...commonHeaders,
    'x-request-id': randomUUID(),
    'content-type': PROBLEM_MEDIA_TYPE,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
}
