import cors, { type FastifyCorsOptionsDelegate } from '@fastify/cors'
import type { FastifyInstance } from 'fastify'

const ownHeaders = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'Last-Event-ID',
  'X-Request-Id',
]
const token = /^[\w!#$%&'*+.^`|~-]+$/

/** Lets the pages of these origins call, with the session cookie; no others. */
export async function allowOrigins(app: FastifyInstance, origins: string[]): Promise<void> {
  if (origins.length > 0) await app.register(cors, { delegator: delegatorFor(origins) })
}

/** An OPTIONS that is no preflight is answered as any other method, and not by the plugin. */
function delegatorFor(origins: string[]): FastifyCorsOptionsDelegate {
  const options = optionsFor(origins)
  const withoutPreflight = { ...options, preflight: false }
  return ({ headers }, callback) => {
    const isPreflight = Boolean(headers.origin && headers['access-control-request-method'])
    const allowedHeaders = allowedFor(headers['access-control-request-headers'])
    callback(null, isPreflight ? { ...options, allowedHeaders } : withoutPreflight)
  }
}

/**
 * Allows every header that the page asks for. A listed origin may act for the user, cookie included: a header gives it
 * no more, and those of tracing tools have too many names for a list. `*` would not do, as it excludes credentials.
 */
function allowedFor(requested: string | string[] | undefined): string[] {
  const known = new Set(ownHeaders.map((name) => name.toLowerCase()))
  const names = String(requested ?? '')
    .split(',')
    .map((name) => name.trim())
  return [...ownHeaders, ...names.filter((name) => token.test(name) && !known.has(name.toLowerCase()))]
}

function optionsFor(origins: string[]) {
  return {
    origin: origins,
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    exposedHeaders: [
      'ETag',
      'Idempotency-Replayed',
      'Link',
      'Location',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'X-Request-Id',
    ],
    maxAge: 600,
  }
}
