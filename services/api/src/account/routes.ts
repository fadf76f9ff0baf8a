import { PassThrough, Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { callerOf } from '../auth/authentication.ts'
import { encodingRefusal, wrongMediaType } from '../http/contract/body.ts'
import { compressedStream } from '../http/contract/compression.ts'
import * as contract from './contract.ts'
import { exportLines } from './export.ts'
import { type ImportCounts, importExport } from './import.ts'
import type { KeptImports } from './kept-imports.ts'
import type { RemoveAccount } from './remove.ts'

export interface AccountOptions {
  /** Of the embedded database, which one connection has to serve. */
  keptImports: KeptImports | undefined
  remove: RemoveAccount
  /** Told when an account is gone, so that its tokens and streams end as well. */
  onRemoved: (userId: string) => void
}

/** The caller's account as a whole. */
export const accountRoutes: FastifyPluginAsyncTypebox<AccountOptions> = async (
  app,
  { remove, onRemoved },
) => {
  app.get('/me', { schema: contract.getMe }, (request) => request.account.summary())

  app.get('/me/export', { schema: contract.exportMe }, async (request, reply) => {
    reply.header('content-type', `${contract.NDJSON}; charset=utf-8`)
    reply.header('content-disposition', 'attachment; filename="tasklane-export.ndjson"')
    const lines =
      request.method === 'HEAD' ? noLines() : exportLines(request.account, callerOf(request).userId)
    return reply.send(await compressedStream(request, reply, lines))
  })

  await app.register(importRoute)

  app.delete('/me', { schema: contract.deleteMe }, async (request, reply) => {
    const { userId } = callerOf(request)
    await remove(userId)
    onRemoved(userId)
    reply.code(204)
    return null
  })
}

async function* noLines(): AsyncGenerator<string> {}

/**
 * Apart, since no other route takes NDJSON or text. Text is what a generated client can send: told of any other
 * type, generators write the lines as one JSON string, or send none.
 */
const importRoute: FastifyPluginAsyncTypebox = async (app) => {
  const mediaTypes = [...contract.importTypes]
  // Handed on as a stream: an import may be as large as it likes, line by line.
  app.addContentTypeParser(mediaTypes, (request, payload, done) => {
    done(encodingRefusal(request) ?? null, payload)
  })

  app.post(
    '/me/import',
    {
      config: { streamsBody: true, mediaTypes },
      schema: contract.importMe,
    },
    async (request) => {
      const body: unknown = request.body
      if (!(body instanceof Readable)) {
        throw wrongMediaType(request)
      }
      return importFrom(request, detach(body))
    },
  )
}

async function importFrom(request: FastifyRequest, body: Readable): Promise<ImportCounts> {
  try {
    await request.owner.provision()
    return await importExport(body, request.account, callerOf(request).userId)
  } finally {
    // A client that still sends would not read a refusal if we hung up on it; the rest of its bytes is thrown away.
    body.resume()
  }
}

/** The same bytes, as a stream that can fail alone: a request that fails takes its connection and its answer with it. */
function detach(payload: Readable): Readable {
  // A client that reads is told of the error; one that has stopped reading need not be.
  const body = new PassThrough().on('error', () => {})
  payload.once('error', (error) => body.destroy(error))
  return payload.pipe(body)
}
