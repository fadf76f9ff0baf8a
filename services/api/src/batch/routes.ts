import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '../http/problem-schema.ts'
import { answerOnce, idempotencyHeaders } from '../idempotency/answer-once.ts'
import { runBatch, UserWithoutRows } from './queries.ts'
import { Batch, BatchResult } from './schema.ts'

const BATCH_LIMIT_BYTES = 1024 * 1024

/** Many writes as one. */
export const batchRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/tasks/batch',
    {
      bodyLimit: BATCH_LIMIT_BYTES,
      schema: {
        tags: ['tasks'],
        summary: 'Create, change and delete many tasks, all or nothing',
        operationId: 'batchTasks',
        body: Batch,
        headers: idempotencyHeaders,
        response: { 200: BatchResult, ...problems(400, 404, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      const { operations } = request.body
      const once = () =>
        answerOnce(request, reply, async (run) => ({
          status: 200,
          body: { results: await runBatch(request.owner, run, operations) },
        }))
      try {
        await once()
      } catch (error) {
        if (!(error instanceof UserWithoutRows)) throw error
        await request.owner.provision()
        await once()
      }
      return reply
    },
  )
}
