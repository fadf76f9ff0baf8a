import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { invalid, notFound } from '../errors.ts'
import { entityTagOf } from '../http/contract/entity-tag.ts'
import { idempotently } from '../idempotency/idempotently.ts'
import { toTask } from '../tasks/columns.ts'
import * as contract from './contract.ts'
import { type Destination, moveTask } from './queries.ts'
import type { Move } from './schema.ts'

export const moveRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post('/tasks/:id/move', { schema: contract.moveTask }, async (request, reply) => {
    const { id } = request.params
    const destination = destinationOf(id, request.body)
    await idempotently(request, reply, async (run) => {
      const row = await moveTask(request.owner, run, id, destination)
      if (row === undefined) return notFound('Task')
      const { revision, ...task } = row
      return { status: 200, body: toTask(task), entityTag: entityTagOf(revision) }
    })
    return reply
  })
}

function destinationOf(id: string, { before, after }: Move): Destination {
  const neighbour = before ?? after
  if (neighbour === undefined || (before !== undefined && after !== undefined)) {
    return invalid([{ in: 'body', path: '', message: 'must have one of before and after' }])
  }
  const side = before === undefined ? 'after' : 'before'
  if (neighbour === id) return invalid([{ in: 'body', path: `/${side}`, message: 'must be another task' }])
  return { neighbour, side }
}
