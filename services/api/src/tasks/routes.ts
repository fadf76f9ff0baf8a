import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { DEFAULT_QUOTA, quotaExceeded } from '../database/quota.ts'
import type { Step } from '../database/statement.ts'
import { MERGE_PATCH, mediaTypeDue } from '../http/body.ts'
import { entityTagOf, isNotModified, sendNotModified, underIfMatch } from '../http/entity-tag.ts'
import { ifMatch, ifNoneMatch, notModified } from '../http/entity-tag-schema.ts'
import { problems } from '../http/problem-schema.ts'
import type { TokenSealer } from '../http/sealed-token.ts'
import {
  answerOnceForeseen,
  idempotencyHeaders,
  idempotencyKeyOf,
  keyReused,
} from '../idempotency/answer-once.ts'
import { linksOf, parseListing, toTaskList } from './listing.ts'
import { newTask, type StoredTask } from './queries.ts'
import { ListQuery, NewTask, TaskChanges, TaskList, TaskPath, TaskRef } from './schema.ts'

const tags = ['tasks']

/** The five endpoints. `request.tasks` holds the caller's tasks only; nothing here can reach another's. */
export const taskRoutes: FastifyPluginAsyncTypebox<{ sealer: TokenSealer }> = async (app, { sealer }) => {
  app.post(
    '/tasks',
    {
      schema: {
        tags,
        summary: 'Create a task',
        operationId: 'createTask',
        body: NewTask,
        headers: idempotencyHeaders,
        response: {
          201: TaskRef,
          ...problems(400, 413, 415, 422, keyReused(), quotaExceeded(DEFAULT_QUOTA)),
        },
      },
    },
    async (request, reply) => {
      const task = newTask(request.body)
      const location = `/tasks/${task.id}`
      const key = idempotencyKeyOf(request)
      if (key !== undefined) {
        const work = async (...alongside: Step[]) =>
          entityTagOf((await request.tasks.create(task, ...alongside)).revision)
        await answerOnceForeseen(request, reply, key, { status: 201, body: task, location }, work)
        return reply
      }
      const created = await request.tasks.create(task)
      return reply
        .code(201)
        .header('location', location)
        .header('etag', entityTagOf(created.revision))
        .send(created)
    },
  )

  app.get(
    '/tasks',
    {
      schema: {
        tags,
        summary: 'List tasks, newest first',
        operationId: 'listTasks',
        querystring: ListQuery,
        headers: ifNoneMatch,
        response: { 200: TaskList, 304: notModified, ...problems(422) },
      },
    },
    async (request, reply) => {
      const listing = parseListing(request.query, sealer)
      if (request.headers['if-none-match'] !== undefined) {
        // The tag is older than what is read after it, never newer: at worst a client asks once more.
        const tag = entityTagOf(await request.tasks.revision())
        if (isNotModified(request, tag)) return sendNotModified(reply, tag)
      }
      const page = await request.tasks.list(listing)
      const list = toTaskList(listing, page, sealer)
      const links = linksOf('/tasks', request.query, list)
      if (links !== undefined) reply.header('link', links)
      return reply.header('etag', entityTagOf(page.revision)).send(list)
    },
  )

  app.get(
    '/tasks/:id',
    {
      schema: {
        tags,
        summary: 'Get a task',
        operationId: 'getTask',
        params: TaskPath,
        headers: ifNoneMatch,
        response: { 200: TaskRef, 304: notModified, ...problems(404, 422) },
      },
    },
    async (request, reply) => {
      const task = await request.tasks.get(request.params.id)
      const tag = entityTagOf(task.revision)
      return isNotModified(request, tag) ? sendNotModified(reply, tag) : sendTask(reply, task)
    },
  )

  app.patch(
    '/tasks/:id',
    {
      schema: {
        tags,
        summary: 'Change a task',
        operationId: 'updateTask',
        // Also taken as application/merge-patch+json. Of two types a generated client picks none, so one is described.
        description:
          'Absent fields stay as they are; `"description": null` clears the description. ' +
          '`application/merge-patch+json` (RFC 7396) is taken as well.',
        params: TaskPath,
        headers: ifMatch,
        body: TaskChanges,
        response: { 200: TaskRef, ...problems(404, 412, 413, mediaTypeDue('application/json', MERGE_PATCH)) },
      },
    },
    async (request, reply) =>
      sendTask(
        reply,
        await underIfMatch(request, (revisions) =>
          request.tasks.update(request.params.id, request.body, revisions),
        ),
      ),
  )

  app.delete(
    '/tasks/:id',
    {
      schema: {
        tags,
        summary: 'Delete a task',
        operationId: 'deleteTask',
        params: TaskPath,
        headers: ifMatch,
        response: { 204: Type.Null({ description: 'Deleted' }), ...problems(404, 412, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      await underIfMatch(request, (revisions) => request.tasks.delete(request.params.id, revisions))
      reply.code(204)
      return null
    },
  )
}

function sendTask(reply: FastifyReply, task: StoredTask): FastifyReply {
  return reply.header('etag', entityTagOf(task.revision)).send(task)
}
