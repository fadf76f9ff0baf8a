import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { unavailable } from '../errors.ts'
import { publicProblems } from '../http/problem-schema.ts'

const Health = Type.Object({ status: Type.Literal('ok') }, { $id: 'Health' })
const tags = ['operations']

/** For load balancers: is the process alive; may it be sent requests. */
export const healthRoutes: FastifyPluginAsyncTypebox<{
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
