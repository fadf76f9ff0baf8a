import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { invalid, notFound } from '../errors.ts'
import { entityTagOf } from '../http/contract/entity-tag.ts'
import { idempotently } from '../idempotency/idempotently.ts'
import { NOT_ITSELF } from '../planning/values.ts'
import { toTask } from '../tasks/columns.ts'
import * as contract from './contract.ts'
import { destinationOf, moveTask } from './queries.ts'

export const moveRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post('/tasks/:id/move', { schema: contract.moveTask }, async (request, reply) => {
    const { id } = request.params
    const destination = destinationOf(request.body)
    const { neighbour, side } = destination
    if (neighbour === id) invalid([{ in: 'body', path: `/${side}`, message: NOT_ITSELF }])
    await idempotently(request, reply, async (run) => {
      const row = await moveTask(request.owner, run, id, destination)
      if (typeof row === 'string') return notFound('Task')
      const { revision, ...task } = row
      return { status: 200, body: toTask(task), entityTag: entityTagOf(revision) }
    })
    return reply
  })
}
