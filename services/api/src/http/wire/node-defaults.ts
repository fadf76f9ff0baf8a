import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { answerRaw } from './client-error.ts'
import { endWithAnswer } from './connections.ts'
import { requestIdOf } from './headers.ts'

/** Replaces defaults of Node's HTTP server that give a client no usable answer. */
export function replaceNodeDefaults(
  { server }: FastifyInstance,
  onTunnelRefused: (requestId: string) => void,
): void {
  // Headers after the 1000th would be dropped in silence, a second Authorization among them. Their size is limited.
  server.maxHeadersCount = 0
  server.prependListener('request', (request) => {
    request.url = originForm(request.url ?? '/')
  })
  // Node's own answer is a 417 without a body. RFC 9110 section 10.1.1 lets a server ignore what it does not know.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response))
  server.on('connect', (request, socket) => {
    const requestId = requestIdOf(request)
    refuseTunnel(request, socket, requestId)
    onTunnelRefused(requestId)
  })
}

/**
 * Answers CONNECT with 405: we are no proxy. Node has dropped its listeners on the socket by now, so an error without a
 * listener would end the process, and nothing but us closes the socket.
 */
function refuseTunnel(request: IncomingMessage, socket: Duplex, requestId: string): void {
  socket.on('error', () => socket.destroy())
  socket.resume()
  const { socket: connection } = request
  endWithAnswer(connection, () => answerRaw(connection, 405, { requestId, headers: { allow: '' } }))
}

/** RFC 9112 section 3.2.2: a server takes the absolute form as well, and it names the same resource. */
function originForm(target: string): string {
  if (target.startsWith('/')) return target
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '')
  return path === target || path.startsWith('/') ? path : `/${path}`
}
