import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { problems } from '../http/problem-schema.ts'
import type { StoredTask } from './queries.ts'
import { NewTask, PageQuery, TaskChanges, TaskList, TaskPath, TaskRef } from './schema.ts'

const tags = ['tasks']

/** The five endpoints. `request.tasks` holds the caller's tasks only; nothing here can reach another's. */
export const taskRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/tasks',
    {
      schema: {
        tags,
        summary: 'Create a task',
        operationId: 'createTask',
        body: NewTask,
        response: { 201: TaskRef, ...problems(400, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      const task = await request.tasks.create(request.body)
      reply.code(201).header('location', `/tasks/${task.id}`)
      return withEntityTag(reply, task)
    },
  )

  app.get(
    '/tasks',
    {
      schema: {
        tags,
        summary: 'List tasks, newest first',
        operationId: 'listTasks',
        querystring: PageQuery,
        response: { 200: TaskList, ...problems(422) },
      },
    },
    async (request) => {
      const { page = 1, per_page: perPage = 20 } = request.query
      const { tasks, total } = await request.tasks.list({ page, perPage })
      return {
        data: tasks,
        total,
        page,
        per_page: perPage,
        total_pages: Math.ceil(total / perPage),
        next_cursor: null,
      }
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
        response: { 200: TaskRef, ...problems(404, 422) },
      },
    },
    async (request, reply) => withEntityTag(reply, await request.tasks.get(request.params.id)),
  )

  app.patch(
    '/tasks/:id',
    {
      schema: {
        tags,
        summary: 'Change a task',
        operationId: 'updateTask',
        description: 'Absent fields stay as they are; `"description": null` clears the description.',
        params: TaskPath,
        consumes: ['application/json', 'application/merge-patch+json'],
        body: TaskChanges,
        response: { 200: TaskRef, ...problems(400, 404, 413, 415, 422) },
      },
    },
    async (request, reply) =>
      withEntityTag(reply, await request.tasks.update(request.params.id, request.body)),
  )

  app.delete(
    '/tasks/:id',
    {
      schema: {
        tags,
        summary: 'Delete a task',
        operationId: 'deleteTask',
        params: TaskPath,
        response: { 204: Type.Null({ description: 'Deleted' }), ...problems(404, 413, 415) },
      },
    },
    async (request, reply) => {
      await request.tasks.delete(request.params.id)
      reply.code(204)
      return null
    },
  )
}

/** A strong tag (RFC 9110 section 8.8.3): the revision changes exactly when the task does. */
function withEntityTag(reply: FastifyReply, task: StoredTask): StoredTask {
  reply.header('etag', `"${task.revision}"`)
  return task
}
