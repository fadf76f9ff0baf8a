import { pipeline, Readable } from 'node:stream'
import {
  brotliCompress,
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createGzip,
  gzip,
  gzipSync,
} from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify'
import { type ContentEncoding, contentEncodingFor, encodedTag, varyByEncoding } from './content-encoding.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether large answers of the route are compressed for clients that ask for it. */
    isCompressed?: boolean
  }
}

/** Shorter answers are sent as they are: nearly all of them fit into one packet either way. */
const PLAIN_BYTES = 1024
/** Longer ones are compressed by another thread: this one has other requests to answer. */
const LONG_BYTES = 64 * 1024

/** The levels with the least work for each byte that they save, measured on tasks: see decision 25. */
const gzipOptions = { level: 1 }
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }

type Done = (error: Error | null, compressed: Buffer) => void

const compressors = {
  br: {
    now: (text: Buffer) => brotliCompressSync(text, brotliOptions),
    apart: (text: Buffer, done: Done) => brotliCompress(text, brotliOptions, done),
    stream: () => createBrotliCompress(brotliOptions),
  },
  gzip: {
    now: (text: Buffer) => gzipSync(text, gzipOptions),
    apart: (text: Buffer, done: Done) => gzip(text, gzipOptions, done),
    stream: () => createGzip(gzipOptions),
  },
} satisfies Record<ContentEncoding, object>

/** Compresses the JSON answers of routes that say so, each encoding under an entity tag of its own. */
export function compressLargeAnswers(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.isCompressed !== true) return
    // Before that of HEAD, which counts the bytes and drops them.
    route.onSend = [compress, ...[route.onSend ?? []].flat()]
  })
}

const compress: onSendHookHandler<unknown> = (request, reply, payload, done) => {
  if (!isJson(reply)) {
    done(null, payload)
    return
  }
  varyByEncoding(reply)
  const encoding = contentEncodingFor(request)
  if (encoding === undefined || typeof payload !== 'string' || Buffer.byteLength(payload) <= PLAIN_BYTES) {
    done(null, payload)
    return
  }
  markEncoded(reply, encoding)
  const text = Buffer.from(payload)
  if (text.length > LONG_BYTES) compressors[encoding].apart(text, done)
  else done(null, compressors[encoding].now(text))
}

/** And no refusal, nor a page that has the same address. */
function isJson(reply: FastifyReply): boolean {
  if (reply.statusCode === 304) return true
  return reply.statusCode === 200 && String(reply.getHeader('content-type')).startsWith('application/json')
}

function markEncoded(reply: FastifyReply, encoding: ContentEncoding): void {
  const tag = reply.getHeader('etag')
  if (typeof tag === 'string') reply.header('etag', encodedTag(tag, encoding))
  reply.header('content-encoding', encoding)
}

/** The parts as a stream, compressed if the client asks for it and they are long enough; fails as their source does. */
export async function compressedStream(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: AsyncGenerator<string>,
): Promise<Readable> {
  varyByEncoding(reply)
  const encoding = contentEncodingFor(request)
  if (encoding === undefined) return Readable.from(parts)
  const first = await beginningOf(parts)
  if (Buffer.byteLength(first) <= PLAIN_BYTES) return Readable.from([first])
  markEncoded(reply, encoding)
  // Whoever reads the end of the pipeline is told of its error.
  return pipeline(Readable.from(joined(first, parts)), compressors[encoding].stream(), () => {})
}

/** As much as tells whether there is enough to compress; all of it, if there is not. */
async function beginningOf(parts: AsyncGenerator<string>): Promise<string> {
  let beginning = ''
  while (Buffer.byteLength(beginning) <= PLAIN_BYTES) {
    const { value, done } = await parts.next()
    if (done === true) return beginning
    beginning += value
  }
  return beginning
}

async function* joined(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first
  yield* rest
}
