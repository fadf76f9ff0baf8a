import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { RateLimiter } from '../auth/rate-limit.ts'
import { notFound } from '../errors.ts'
import { isNotModified, sendNotModified } from '../http/contract/entity-tag.ts'
import type { WebFile } from './web-files.ts'

export type WebFiles = ReadonlyMap<string, WebFile>

/** Addresses of the app that no route of the API has. */
const pages = ['/', '/today', '/upcoming', '/completed', '/search', '/sign-in', '/create-account'] as const

/** Addresses of the app that are paths of the API as well. */
const sharedPaths = /^\/(?:tasks(?:\/[0-9a-f-]{36})?|trash|tags\/[^/?#]+)\/?(?=[?#]|$)/i

/**
 * Lets the app load what it needs, from here alone. Nothing is inline, and no text becomes a script or HTML: the one
 * policy of Trusted Types is for the address of the service worker.
 */
const appPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types tasklane',
].join('; ')

/** A worker is under the policy that it comes with, and fetches the files that it keeps. */
const workerPolicy = "default-src 'none'; connect-src 'self'"

/** The web app: its page at each of its addresses, and its files. */
export const webAppRoutes: FastifyPluginAsync<{ files: WebFiles }> = async (app, { files }) => {
  const schema = { hide: true }
  for (const path of pages) app.get(path, { schema }, (request, reply) => sendPage(request, reply, files))
  app.get('/manifest.webmanifest', { schema }, (request, reply) =>
    sendFile(request, reply, fileOf(files, '/manifest.webmanifest')),
  )
  app.get('/sw.js', { schema }, (request, reply) => {
    reply.header('content-security-policy', workerPolicy)
    return sendFile(request, reply, fileOf(files, '/sw.js'))
  })
  app.get<{ Params: { name: string } }>('/assets/:name', { schema }, (request, reply) =>
    sendFile(request, reply, fileOf(files, `/assets/${request.params.name}`)),
  )
}

/**
 * Answers a person who opens the address of a task, a tag or the trash with the app. Before the token is asked for: a
 * browser that opens an address sends none.
 */
export function answerNavigations(app: FastifyInstance, files: WebFiles, limiter: RateLimiter): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!sharedPaths.test(request.url) || !isNavigation(request)) return done()
    limiter.count(request, reply)
    sendPage(request, reply, files)
  })
}

/**
 * Whether a browser opens the address as a page. No program sends these headers by itself, and a page's own requests
 * cannot: `Sec-Fetch-Mode` is the browser's alone. Over plain HTTP, browsers leave it out but on this machine; there
 * `Upgrade-Insecure-Requests` tells, which they send with pages only.
 */
function isNavigation({ method, headers }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  if (headers.authorization !== undefined || !headers.accept?.includes('text/html')) return false
  const mode = headers['sec-fetch-mode']
  return mode === undefined ? headers['upgrade-insecure-requests'] === '1' : mode === 'navigate'
}

function sendPage(request: FastifyRequest, reply: FastifyReply, files: WebFiles): FastifyReply {
  reply.headers({
    'content-security-policy': appPolicy,
    'cross-origin-opener-policy': 'same-origin',
    vary: 'Authorization, Accept, Accept-Encoding, Sec-Fetch-Mode, Upgrade-Insecure-Requests',
  })
  return sendFile(request, reply, fileOf(files, '/index.html'))
}

/** A name that holds the hash of its content never has another; every other file is asked for again, by its tag. */
function sendFile(request: FastifyRequest, reply: FastifyReply, file: WebFile): FastifyReply {
  const accepted = encodingsIn(request.headers['accept-encoding'])
  const variant = file.compressed.find(({ encoding }) => accepted.has(encoding))
  const tag = variant === undefined ? `"${file.tag}"` : `"${file.tag}-${variant.encoding}"`
  if (!reply.hasHeader('cross-origin-opener-policy')) reply.header('vary', 'Accept-Encoding')
  if (file.isHashed) reply.header('cache-control', 'public, max-age=31536000, immutable')
  if (isNotModified(request, tag)) return sendNotModified(reply, tag)
  if (variant !== undefined) reply.header('content-encoding', variant.encoding)
  return reply.headers({ etag: tag, 'content-type': file.type }).send(variant?.content ?? file.content)
}

function fileOf(files: WebFiles, path: string): WebFile {
  return files.get(path) ?? notFound('Resource')
}

/** Those that are not refused by `q=0` (RFC 9110 section 12.5.3). */
function encodingsIn(header: string | string[] | undefined): ReadonlySet<string> {
  const offers = String(header ?? '')
    .split(',')
    .map((offer) => offer.trim().toLowerCase())
  return new Set(
    offers.filter((offer) => !/;\s*q=0(?:\.0*)?$/.test(offer)).map((offer) => offer.split(/\s*;/)[0] ?? ''),
  )
}
