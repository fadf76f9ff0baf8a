import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Step } from '../database/statement.ts'
import {
  entityTagOf,
  isNotModified,
  knownTag,
  sendNotModified,
  underIfMatch,
} from '../http/contract/entity-tag.ts'
import type { TokenSealer } from '../http/contract/sealed-token.ts'
import { idempotencyKeyOf, idempotentlyInOneTrip } from '../idempotency/idempotently.ts'
import * as contract from './contract.ts'
import { linksOf, parseListing, toTaskList } from './listing.ts'
import type { StoredTask } from './queries.ts'
import type { ListQuery, NewTask } from './schema.ts'
import { newTask } from './steps.ts'

/** The five endpoints. `request.tasks` holds the caller's tasks only; nothing here can reach another's. */
export const taskRoutes: FastifyPluginAsyncTypebox<{ sealer: TokenSealer }> = async (app, { sealer }) => {
  app.post('/tasks', { schema: contract.createTask }, async (request, reply) =>
    create(request, reply, request.body),
  )

  app.get('/tasks', { schema: contract.listTasks, config: { isCompressed: true } }, async (request, reply) =>
    list(request, reply, request.query, sealer),
  )

  app.get('/tasks/:id', { schema: contract.getTask }, async (request, reply) => {
    const task = await request.tasks.get(request.params.id)
    const tag = entityTagOf(task.revision)
    return isNotModified(request, tag) ? sendNotModified(reply, tag) : sendTask(reply, task)
  })

  app.patch('/tasks/:id', { schema: contract.updateTask }, async (request, reply) => {
    const { params, body } = request
    const update = (revisions?: readonly number[]) => request.tasks.update(params.id, body, revisions)
    const task = await underIfMatch(request, update)
    if (body.completed === true && task.next_id !== null) {
      reply.header('link', `</tasks/${task.next_id}>; rel="next"`)
    }
    return sendTask(reply, task)
  })

  app.delete('/tasks/:id', { schema: contract.deleteTask }, async (request, reply) => {
    await underIfMatch(request, (revisions) => request.tasks.delete(request.params.id, revisions))
    reply.code(204)
    return null
  })
}

async function create(request: FastifyRequest, reply: FastifyReply, body: NewTask): Promise<FastifyReply> {
  const task = newTask(body)
  const location = `/tasks/${task.id}`
  const key = idempotencyKeyOf(request)
  if (key === undefined) {
    const created = await request.tasks.create(task)
    return sendTask(reply.code(201).header('location', location), created)
  }
  const work = async (...alongside: Step[]) =>
    entityTagOf((await request.tasks.create(task, ...alongside)).revision)
  await idempotentlyInOneTrip(request, reply, key, { status: 201, body: task, location }, work)
  return reply
}

async function list(
  request: FastifyRequest,
  reply: FastifyReply,
  query: ListQuery,
  sealer: TokenSealer,
): Promise<FastifyReply> {
  const listing = parseListing(query, sealer)
  if (request.headers['if-none-match'] !== undefined) {
    // The tag is older than what is read after it, never newer: at worst a client asks once more.
    const tag = knownTag(request, entityTagOf(await request.tasks.revision()))
    if (tag !== undefined) return sendNotModified(reply, tag)
  }
  const page = await request.tasks.list(listing)
  const answer = toTaskList(listing, page, sealer)
  const links = linksOf('/tasks', query, answer)
  if (links !== undefined) reply.header('link', links)
  return reply.header('etag', entityTagOf(page.revision)).send(answer)
}

function sendTask(reply: FastifyReply, task: StoredTask): FastifyReply {
  return reply.header('etag', entityTagOf(task.revision)).send(task)
}
