import { PassThrough, Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { callerOf } from '../auth/authentication.ts'
import { DEFAULT_QUOTA, quotaExceeded } from '../database/quota.ts'
import { encodingRefusal, mediaTypeDue, wrongMediaType } from '../http/body.ts'
import { problems } from '../http/problem-schema.ts'
import { exportLines } from './export.ts'
import { type ImportCounts, importExport, lineTooLong } from './import.ts'
import { accountDeleted } from './queries.ts'
import type { RemoveAccount } from './remove.ts'
import { ExportText, ImportResult, Me } from './schema.ts'

const tags = ['account']
const NDJSON = 'application/x-ndjson'
const PLAIN_TEXT = 'text/plain'

export interface AccountOptions {
  remove: RemoveAccount
  /** Told when an account is gone, so that its tokens and streams end as well. */
  onRemoved: (userId: string) => void
}

/** The caller's account as a whole. */
export const accountRoutes: FastifyPluginAsyncTypebox<AccountOptions> = async (
  app,
  { remove, onRemoved },
) => {
  app.get(
    '/me',
    {
      schema: {
        tags,
        summary: 'Who am I, and how many tasks have I?',
        operationId: 'getMe',
        response: { 200: Me, ...problems() },
      },
    },
    (request) => request.account.summary(),
  )

  app.get(
    '/me/export',
    {
      schema: {
        tags,
        summary: 'Export everything that is yours',
        description:
          'A line for each task, deleted ones included; the last line counts them, so a cut-off export is seen.',
        operationId: 'exportMe',
        response: {
          200: Type.Unsafe({ description: 'The export', content: { [NDJSON]: { schema: ExportText } } }),
          ...problems(),
        },
      },
    },
    (request, reply) => {
      reply.header('content-type', `${NDJSON}; charset=utf-8`)
      reply.header('content-disposition', 'attachment; filename="tasklane-export.ndjson"')
      if (request.method === 'HEAD') return reply.send(Readable.from([]))
      return reply.send(Readable.from(exportLines(request.account, callerOf(request).userId)))
    },
  )

  await app.register(importRoute)

  app.delete(
    '/me',
    {
      schema: {
        tags,
        summary: 'Delete the account and everything that is yours, for good',
        operationId: 'deleteMe',
        response: { 204: Type.Null({ description: 'Nothing is left' }), ...problems(413, 415) },
      },
    },
    async (request, reply) => {
      const { userId } = callerOf(request)
      await remove(userId)
      onRemoved(userId)
      reply.code(204)
      return null
    },
  )
}

/**
 * Apart, since no other route takes NDJSON or text. Text is what a generated client can send: told of any other
 * type, generators write the lines as one JSON string, or send none.
 */
const importRoute: FastifyPluginAsyncTypebox = async (app) => {
  const mediaTypes = [NDJSON, PLAIN_TEXT]
  // Handed on as a stream: an import may be as large as it likes, line by line.
  app.addContentTypeParser(mediaTypes, (request, payload, done) => {
    done(encodingRefusal(request) ?? null, payload)
  })

  app.post(
    '/me/import',
    {
      config: { streamsBody: true, mediaTypes },
      schema: {
        tags,
        summary: 'Take an export back',
        description:
          "Importing twice changes nothing. Another account's export becomes your own tasks, with new ids. " +
          `\`${NDJSON}\` is taken as well.`,
        operationId: 'importMe',
        body: { content: { [PLAIN_TEXT]: { schema: ExportText } } },
        response: {
          200: ImportResult,
          ...problems(
            lineTooLong(),
            accountDeleted(),
            quotaExceeded(DEFAULT_QUOTA),
            mediaTypeDue(...mediaTypes),
          ),
        },
      },
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
