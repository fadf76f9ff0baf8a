import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../../errors.ts'
import { refusal, sendProblem } from '../contract/problem.ts'

/** Three times what the longest search, sort and cursor together need; RFC 9110 section 4.1 asks for 8,000 at least. */
const MAXIMUM_URL_BYTES = 8192

/** Requests whose URL cannot be decoded. It is escaped once more, and longer than it came. */
const undecodable = new WeakSet<IncomingMessage>()

/** Refuses a longer URL before anything of it is read, the token included (RFC 9110 section 15.5.15). */
export function refuseLongUrls(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.url.length <= MAXIMUM_URL_BYTES || undecodable.has(request.raw)) return done()
    sendProblem(reply, refusal(414))
  })
}

/**
 * Refuses a URL whose percent-encoded bytes are no UTF-8 (RFC 3986 section 2.5), wherever they stand. The router by
 * itself answers to such a path before any token is judged, and takes such a query for text.
 */
export function refuseUndecodableUrls(app: FastifyInstance): void {
  app.server.prependListener('request', (request) => {
    const { url = '' } = request
    if (!url.includes('%') || isDecodable(url)) return
    request.url = url.replaceAll('%', '%25')
    if (url.length <= MAXIMUM_URL_BYTES) undecodable.add(request)
  })
  app.addHook('onRequest', (request, _reply, done) => {
    if (undecodable.has(request.raw)) throw new AppError('malformed_request', 'The URL is not valid UTF-8')
    done()
  })
}

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url)
    return true
  } catch {
    return false
  }
}
