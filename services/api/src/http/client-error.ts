import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { connectionOf, endConnection, hangUp } from './connections.ts'
import { commonHeaders } from './headers.ts'
import { PROBLEM_MEDIA_TYPE, type RefusedStatus, refusal, refusedError } from './problem.ts'

const TIMEOUT = 'ERR_HTTP_REQUEST_TIMEOUT'

const statuses: Record<string, RefusedStatus> = {
  HPE_HEADER_OVERFLOW: 431,
  [TIMEOUT]: 408,
}

const HEAD = 'HEAD '

/** What Node's parser tells of bytes that it does not understand. */
type ClientError = Error & { code?: string; rawPacket?: unknown }

/**
 * Refuses bytes that never became a request (RFC 9112 section 11), and ends the connection. They are answered only where
 * no answer is owed to what came before them, for which that answer would be taken.
 */
export function refuseBytes(error: ClientError, socket: Socket): void {
  const { code = '', rawPacket } = error
  // The connection itself is broken.
  if (code !== TIMEOUT && !code.startsWith('HPE_')) {
    socket.destroy()
    return
  }
  const status = statuses[code] ?? 400
  const isFirst = connectionOf(socket).latest === undefined
  if (endConnection(socket, refusedError(status)) !== 'idle') return
  // As far as it can be known of what was not understood: RFC 9110 section 9.3.2, no content in answer to HEAD.
  const isHead =
    isFirst && Buffer.isBuffer(rawPacket) && rawPacket.toString('latin1', 0, HEAD.length) === HEAD
  answerRaw(socket, status, { isHead })
}

interface RawAnswerOptions {
  isHead?: boolean
  requestId?: string
  headers?: Readonly<Record<string, string>>
}

/** A problem where there is no response object to write it to; then closes the connection. */
export function answerRaw(
  socket: Socket,
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
  hangUp(
    socket,
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${isHead ? '' : body}`,
  )
}
