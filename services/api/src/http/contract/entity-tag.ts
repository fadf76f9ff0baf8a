import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.ts'
import { contentEncodingFor, contentEncodings, encodedTag } from './content-encoding.ts'

/** One entity tag of a list. Anything between two commas that is no entity tag is skipped. */
const entityTag = /(?<=^|,)[ \t]*((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?=,|$)/g

/** A strong tag (RFC 9110 section 8.8.3): a revision changes exactly when what it names does. */
export function entityTagOf(revision: number): string {
  return `"${revision}"`
}

/** Whether If-None-Match names what we have, by weak comparison (RFC 9110 section 13.1.2). */
export function isNotModified(request: FastifyRequest, tag: string): boolean {
  const condition = request.headers['if-none-match']
  if (condition === undefined) return false
  if (condition.trim() === '*') return true
  return tagsOf(condition).some((candidate) => candidate.replace(/^W\//, '') === tag)
}

/**
 * The entity tag of what the client has, where If-None-Match names it: the tag, or that of one of its encodings, and
 * of several the one that would be sent.
 */
export function knownTag(request: FastifyRequest, tag: string): string | undefined {
  if (request.headers['if-none-match']?.trim() === '*') return tag
  const sent = contentEncodingFor(request)
  const tags = [tag, ...contentEncodings.map((encoding) => encodedTag(tag, encoding))]
  if (sent !== undefined) tags.unshift(encodedTag(tag, sent))
  return tags.find((candidate) => isNotModified(request, candidate))
}

export function sendNotModified(reply: FastifyReply, tag: string): FastifyReply {
  return reply.code(304).header('etag', tag).send()
}

/**
 * The revisions that If-Match allows, by strong comparison (RFC 9110 section 13.1.1); undefined where any will do.
 * A tag that is none of ours matches no revision.
 */
export function revisionsAllowed(condition: string | undefined): number[] | undefined {
  if (condition === undefined || condition.trim() === '*') return undefined
  return tagsOf(condition)
    .map((tag) => /^"(\d{1,15})"$/.exec(tag)?.[1])
    .flatMap((digits) => (digits === undefined ? [] : [Number(digits)]))
}

/** Our tag as nginx, Cloudflare (`W/`), Apache, Caddy or Jetty (`-gzip`, `--gzip`) rewrite it when they compress. */
const alteredTag = /^(?:W\/"\d{1,15}(?:--?\w+)?"|"\d{1,15}--?\w+")$/

/** Does the work under If-Match. Where that cannot match since a proxy has rewritten the tag, the refusal says so. */
export function underIfMatch<T>(
  request: FastifyRequest,
  work: (revisions: number[] | undefined) => Promise<T>,
): Promise<T> {
  const condition = request.headers['if-match']
  if (condition === undefined) return work(undefined)
  return work(revisionsAllowed(condition)).catch((error: unknown) => {
    const isRefusal = error instanceof AppError && error.code === 'precondition_failed'
    if (!isRefusal || !tagsOf(condition).some((tag) => alteredTag.test(tag))) throw error
    throw new AppError(
      'precondition_failed',
      'A proxy has weakened the entity tag in If-Match, or added to it, so it matches nothing: ' +
        'keep the proxy from compressing tasks, or send the tag as it was made, such as "12"',
    )
  })
}

function tagsOf(condition: string): string[] {
  return [...condition.matchAll(entityTag)].flatMap(([, tag]) => (tag === undefined ? [] : [tag]))
}

export function preconditionFailed(): never {
  throw new AppError('precondition_failed', 'The task has changed since the entity tag in If-Match was given')
}
