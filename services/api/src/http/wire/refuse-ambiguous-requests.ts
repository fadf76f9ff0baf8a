import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../../errors.ts'

/**
 * Refuses requests that Node lets through although a proxy before us may read them in another way; the difference
 * is how requests are smuggled past it (RFC 9112 section 11.2). Nothing else from such a connection is believed.
 */
export function refuseAmbiguousRequests(app: FastifyInstance): void {
  const refused = new WeakSet<Socket>()
  app.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw
    if (!refused.has(socket) && !isAmbiguous(request.raw)) return done()
    refused.add(socket)
    reply.header('connection', 'close')
    done(
      new AppError('malformed_request', 'The request can be read in more than one way, or is not HTTP/1.1'),
    )
  })
}

function isAmbiguous({ httpVersion, headers, method, url }: IncomingMessage): boolean {
  const { host, 'transfer-encoding': coding } = headers
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return true
  // Two headers of a name arrive here joined by a comma. RFC 9112 section 3.2: one Host, due since HTTP/1.1.
  if (host === undefined ? httpVersion === '1.1' : host.includes(',')) return true
  // Sections 6.1 and 7: chunks are the one coding that we know, and HTTP/1.0 has none.
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || httpVersion === '1.0')) return true
  // Section 3.2.4: `*` is for OPTIONS.
  return url?.startsWith('/') !== true && method !== 'OPTIONS'
}
