import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { idempotently } from '../idempotency/idempotently.ts'
import * as contract from './contract.ts'
import { runBatch, UserWithoutRows } from './queries.ts'
import { MAXIMUM_OPERATIONS } from './schema.ts'

const BATCH_LIMIT_BYTES = 1024 * 1024

/** Many writes as one. */
export const batchRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/tasks/batch',
    {
      bodyLimit: BATCH_LIMIT_BYTES,
      preValidation(request, _reply, done) {
        keepOneTooMany(request.body)
        done()
      },
      schema: contract.batchTasks,
    },
    async (request, reply) => {
      const { operations } = request.body
      const once = () =>
        idempotently(request, reply, async (run) => ({
          status: 200,
          body: { results: await runBatch(request.owner, run, operations) },
        }))
      await request.owner.provisioning(once, { when: (error) => error instanceof UserWithoutRows })
      return reply
    },
  )
}

/** Half a million operations fit into a body, each with faults of its own: of too many, one too many is looked at. */
function keepOneTooMany(body: unknown): void {
  const { operations } = Object(body)
  if (Array.isArray(operations) && operations.length > MAXIMUM_OPERATIONS)
    operations.length = MAXIMUM_OPERATIONS + 1
}
