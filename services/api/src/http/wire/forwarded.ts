import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { isIP, isIPv4, SocketAddress } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/**
 * Rewrites `X-Forwarded-*` into the one form that Fastify reads, so that `request.ip`, `.protocol` and `.host` are
 * right whichever gateway wrote them. Whose headers are believed at all, `trustProxy` says.
 *
 * Must be the first hook.
 */
export function readForwarded(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (isForwarded(request.raw)) rewrite(request)
    done()
  })
}

/** Most requests have none of these headers, and reading what is not there costs two microseconds. */
function isForwarded({ headers }: IncomingMessage): boolean {
  return (
    headers['x-forwarded-for'] !== undefined ||
    headers['x-forwarded-proto'] !== undefined ||
    headers['x-forwarded-host'] !== undefined
  )
}

function rewrite(request: FastifyRequest): void {
  const { headers } = request.raw
  set(headers, 'x-forwarded-for', nearestAddresses(headers['x-forwarded-for']))
  set(headers, 'x-forwarded-proto', schemeOf(seenByOutermost(request, 'x-forwarded-proto')))
  set(headers, 'x-forwarded-host', seenByOutermost(request, 'x-forwarded-host'))
}

/** Deleting costs more than asking. */
function set(headers: IncomingHttpHeaders, name: string, value: string | undefined): void {
  if (headers[name] === undefined) return
  if (value === undefined) delete headers[name]
  else headers[name] = value
}

/**
 * The list's end, up to what cannot be read (`unknown`, `_hidden`, nothing): the proxy that wrote it is then the last
 * one that is known, and counts as the client.
 */
function nearestAddresses(header: string | string[] | undefined): string | undefined {
  const addresses: string[] = []
  for (const entry of entriesOf(header).reverse()) {
    const address = addressOf(entry)
    if (address === undefined) break
    addresses.unshift(address)
  }
  return addresses.length === 0 ? undefined : addresses.join(', ')
}

/**
 * The address alone, in its one canonical spelling: with a port (Azure, AWS), in brackets, in quotes, with a zone or as
 * IPv4 within IPv6, it is the same client's. Undefined for what is no address.
 */
export function addressOf(entry: string): string | undefined {
  const text = entry.trim().replace(/^"(.*)"$/, '$1')
  const bracketed = /^\[([^[\]]*)\](?::\d{1,5})?$/.exec(text)?.[1]
  const beforePort = /^([\d.]+|(?:[\da-f]{1,4}:){7}[\da-f]{1,4}):\d{1,5}$/i.exec(text)?.[1]
  const address = bracketed ?? beforePort ?? text
  if (isIP(address) !== 6) return isIPv4(address) ? address : undefined
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address
  const mapped = canonical.replace(/^::ffff:/, '')
  return isIPv4(mapped) ? mapped : canonical
}

/**
 * Each proxy may have added what it saw, nearest last. The browser's side is what the outermost of the trusted ones
 * saw; what stands before it, anyone may have written.
 */
function seenByOutermost(request: FastifyRequest, name: string): string | undefined {
  const entries = entriesOf(request.raw.headers[name])
  const trusted = Math.max(1, (request.ips?.length ?? 1) - 1)
  const entry = entries[Math.max(0, entries.length - trusted)]
  return entry === '' ? undefined : entry
}

function schemeOf(entry: string | undefined): string | undefined {
  const scheme = entry?.toLowerCase()
  if (scheme === 'https' || scheme === 'wss') return 'https'
  return scheme === 'http' || scheme === 'ws' ? 'http' : undefined
}

function entriesOf(header: string | string[] | undefined): string[] {
  return header === undefined ? [] : [header].flat().join().split(',').map(trimmed)
}

function trimmed(text: string): string {
  return text.trim()
}
