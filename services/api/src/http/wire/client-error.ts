import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { PROBLEM_MEDIA_TYPE, type RefusedStatus, refusal, refusedError } from '../contract/problem.ts'
import { connectionOf, endConnection, hangUp } from './connections.ts'
import { commonHeaders } from './headers.ts'

const TIMEOUT = 'ERR_HTTP_REQUEST_TIMEOUT'

const statuses: Record<string, RefusedStatus> = {
  HPE_HEADER_OVERFLOW: 431,
  [TIMEOUT]: 408,
}

const HEAD = 'HEAD '

/** The error of Node's parser for bytes that it does not understand. */
type ClientError = Error & { code?: string; rawPacket?: unknown }

/**
 * Refuses bytes that never became a request (RFC 9112 section 11), and ends the connection. They are answered only where
 * no answer is owed to what came before them, for which that answer would be taken. The log is told once, without them.
 */
export function createByteRefusal(log: FastifyBaseLogger, onRefused: () => void) {
  return (error: ClientError, socket: Socket): void => {
    const { code = '', rawPacket } = error
    // The connection itself is broken.
    if (code !== TIMEOUT && !code.startsWith('HPE_')) {
      socket.destroy()
      return
    }
    const { latestBytesRead, isBroken } = connectionOf(socket)
    const refused = statuses[code] ?? 400
    const isAnswered = endConnection(socket, refusedError(refused)) === 'idle'
    const requestId = randomUUID()
    // Browsers open connections in advance, and may never use them.
    if (!isBroken && socket.bytesRead > 0) {
      onRefused()
      log.info({ code, ...(isAnswered && { status: refused, requestId }) }, 'what came is no request')
    }
    if (isAnswered)
      answerRaw(socket, refused, { isHead: isHead(rawPacket, socket.bytesRead - latestBytesRead), requestId })
  }
}

/**
 * A HEAD gets no body (RFC 9110 section 9.3.2), even if the rest of the request could not be parsed. The packet begins
 * with what is refused only if the request before it came in an earlier one.
 */
function isHead(packet: unknown, bytesSinceRequest: number): boolean {
  if (!Buffer.isBuffer(packet) || bytesSinceRequest < packet.length) return false
  return packet.toString('latin1', 0, HEAD.length) === HEAD
}

interface RawAnswerOptions {
  isHead?: boolean
  requestId: string
  headers?: Readonly<Record<string, string>>
}

/** A problem where there is no response object to write it to; then closes the connection. */
export function answerRaw(
  socket: Socket,
  status: RefusedStatus,
  { isHead = false, requestId, headers: more = {} }: RawAnswerOptions,
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
