import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.ts'

export const BODY_LIMIT_BYTES = 64 * 1024

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Media types of a route that takes something else than JSON. */
    mediaTypes?: readonly string[]
  }
}

const JSON_TYPE = 'application/json'
export const MERGE_PATCH = 'application/merge-patch+json'

/** Takes JSON and nothing else. Whatever the fields mean is left to validation. */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(JSON_TYPE, { parseAs: 'buffer' }, parseJson)
  app.addContentTypeParser(MERGE_PATCH, { parseAs: 'buffer' }, (request, body, done) => {
    if (request.method === 'PATCH') parseJson(request, body, done)
    else done(wrongMediaType(request))
  })
}

type Done = (error: Error | null, body?: unknown) => void

function parseJson(request: FastifyRequest, body: string | Buffer, done: Done): void {
  const refusal = encodingRefusal(request)
  if (refusal !== undefined) {
    done(refusal)
  } else if (body.length === 0) {
    // Whether one is due is the route's to say: some clients name a content type on every DELETE.
    done(null, undefined)
  } else if (typeof body !== 'string' && !isUtf8(body)) {
    done(new AppError('malformed_request', 'The body is not valid UTF-8'))
  } else {
    parseText(body.toString(), done)
  }
}

/**
 * Plain JSON.parse on purpose: `__proto__` becomes an ordinary own property here, which validation refuses by
 * name like any unknown field.
 */
function parseText(text: string, done: Done): void {
  let value: unknown
  try {
    value = JSON.parse(withoutByteOrderMark(text))
  } catch {
    // Without the cause, whose message repeats what was sent.
    done(new AppError('malformed_request', 'The body is not valid JSON'))
    return
  }
  done(null, value)
}

/** RFC 8259 section 8.1 lets a reader ignore the mark, which editors and shells on Windows put before a text. */
export function withoutByteOrderMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

/** A body of another kind than the route takes, or of none, as `curl -d` sends it: names the header that is to be set. */
export function wrongMediaType({ method, routeOptions }: FastifyRequest): AppError {
  const json = method === 'PATCH' ? [JSON_TYPE, MERGE_PATCH] : [JSON_TYPE]
  return mediaTypeDue(...(routeOptions.config.mediaTypes ?? json))
}

export function mediaTypeDue(...kinds: string[]): AppError {
  return unsupported(`The Content-Type header must be ${kinds.join(' or ')}`)
}

/** Why a body is not taken that is compressed or otherwise encoded; undefined for a plain one. */
export function encodingRefusal(request: FastifyRequest): AppError | undefined {
  if (request.headers['content-encoding'] === undefined) return undefined
  return unsupported('The body must not be encoded: remove Content-Encoding')
}

function unsupported(message: string): AppError {
  return new AppError('unsupported_media_type', message)
}
