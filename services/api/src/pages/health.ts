import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Database } from '../database/database.ts'
import { unavailable } from '../errors.ts'
import { publicProblems } from '../http/contract/problem-schema.ts'

const Health = Type.Object({ status: Type.Literal('ok') }, { $id: 'Health' })
const tags = ['operations']
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** For load balancers: is the process alive; may it be sent requests. */
const healthRoutes: FastifyPluginAsyncTypebox<{
  isReady: (deadline: number) => Promise<boolean>
}> = async (app, { isReady }) => {
  app.get(
    '/livez',
    {
      schema: {
        tags,
        summary: 'Is the process alive? Never asks the database',
        operationId: 'live',
        response: { 200: Health, ...publicProblems() },
      },
    },
    () => ({ status: 'ok' as const }),
  )

  app.get(
    '/readyz',
    {
      schema: {
        tags,
        summary: 'May requests be sent here? Asks the database',
        operationId: 'ready',
        response: { 200: Health, ...publicProblems() },
      },
    },
    async (request) => {
      if (!(await isReady(request.deadline))) throw unavailable('The service is not ready')
      return { status: 'ok' as const }
    },
  )
}

/** Adds them to the app itself, whose stop must be known before it waits for requests in flight. */
export async function answerProbes(app: FastifyInstance, database: Database): Promise<void> {
  let isStopping = false
  app.addHook('preClose', async () => {
    isStopping = true
  })
  await app.register(healthRoutes, {
    isReady: async (deadline) => !isStopping && (await isReachable(database, deadline)),
  })
}

/** Asks the way that requests on tasks ask: long work or a crowd that signs up makes nobody unready. */
async function isReachable(database: Database, deadline: number): Promise<boolean> {
  return database.read(NOBODY, [], deadline).then(
    () => true,
    () => false,
  )
}
