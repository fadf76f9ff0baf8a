import type { FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'

/** A sender of ever new pairs cannot fill the log. */
const MAXIMUM_REPORTS = 10

/**
 * A page of another site may make a browser send our cookie; `Sec-Fetch-Site` tells (which no page can set, and which
 * comes through every proxy), or in browsers without it, or over plain HTTP, its `Origin` (RFC 6454). What has neither
 * is no browser's cross-site request.
 *
 * @returns a check that throws `forbidden`, and logs once for each address that it was compared with.
 */
export function refusalOfCrossSite(allowedOrigins: readonly string[]): (request: FastifyRequest) => void {
  const reported = new Set<string>()
  return (request) => {
    const { origin, 'sec-fetch-site': site } = request.headers
    if (site === 'same-origin' || site === 'none') return
    if (origin === undefined) {
      if (site === 'cross-site') throw crossSite()
      return
    }
    const own = ownOrigin(request)
    if (origin === own || allowedOrigins.includes(origin)) return
    report(request, origin, own)
    throw crossSite()
  }

  function report(request: FastifyRequest, origin: string, expected: string): void {
    const pair = `${origin} ${expected}`
    if (reported.has(pair) || reported.size >= MAXIMUM_REPORTS) return
    reported.add(pair)
    request.log.warn(
      { origin: origin.slice(0, 100), expected: expected.slice(0, 100) },
      'Refused as of another site: Origin is not the address that the request came to. Behind a proxy, pass Host on ' +
        'and set TRUST_PROXY; add pages of other addresses to CORS_ORIGINS. Said once for each',
    )
  }
}

/** As a browser writes it: some proxies name the port in Host although it is the scheme's own. */
function ownOrigin({ protocol, host }: FastifyRequest): string {
  const address = `${protocol}://${host}`
  return URL.canParse(address) ? new URL(address).origin : address
}

function crossSite(): AppError {
  return new AppError('forbidden', 'Requests from another site are not accepted here')
}
