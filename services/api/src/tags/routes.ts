import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import * as contract from './contract.ts'
import { tagStatements } from './statements.ts'

const MAXIMUM_TAGS = 1000

export const tagRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/tags', { schema: contract.listTags, config: { isCompressed: true } }, async ({ owner }) => {
    const [data] = await owner.read(owner.step(tagStatements.list, MAXIMUM_TAGS))
    return { data }
  })
}
