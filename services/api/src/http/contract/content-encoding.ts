import type { FastifyReply, FastifyRequest } from 'fastify'

/** What answers are compressed with, the better one first. */
export const contentEncodings = ['br', 'gzip'] as const
export type ContentEncoding = (typeof contentEncodings)[number]

/**
 * What Accept-Encoding asks for: what has the greatest weight, and `br` of two that are alike. Undefined where the
 * client asks for neither, or likes an answer better as it is (RFC 9110 section 12.5.3).
 */
export function contentEncodingFor(request: FastifyRequest): ContentEncoding | undefined {
  const header = request.headers['accept-encoding']
  if (header === undefined) return undefined
  const weights = weightsIn(header)
  const weightOf = (name: string) => weights.get(name) ?? weights.get(`x-${name}`) ?? weights.get('*') ?? 0
  let best: ContentEncoding | undefined
  let bestWeight = Math.max(0, (weights.get('identity') ?? 0) - Number.EPSILON)
  for (const encoding of contentEncodings) {
    if (weightOf(encoding) <= bestWeight) continue
    best = encoding
    bestWeight = weightOf(encoding)
  }
  return best
}

/** What is no offer, or has no weight that can be read, counts as not accepted. */
function weightsIn(header: string): Map<string, number> {
  const weights = new Map<string, number>()
  for (const offer of header.toLowerCase().split(',')) {
    const [, name, weight = '1'] = /^\s*([^\s;]+)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/.exec(offer) ?? []
    if (name !== undefined) weights.set(name, Number(weight))
  }
  return weights
}

/** Says that the answer would be another for another Accept-Encoding. */
export function varyByEncoding(reply: FastifyReply): void {
  const vary = String(reply.getHeader('vary') ?? '')
  if (/\bAccept-Encoding\b/i.test(vary)) return
  reply.header('vary', vary === '' ? 'Accept-Encoding' : `${vary}, Accept-Encoding`)
}

/** The entity tag of the same answer in this encoding, which is another representation (RFC 9110 section 8.8.3.3). */
export function encodedTag(tag: string, encoding: ContentEncoding): string {
  return `${tag.slice(0, -1)}-${encoding}"`
}
