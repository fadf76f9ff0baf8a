import type { Feature } from '../feature.ts'
import { OwnedAccount } from './queries.ts'
import { type AccountOptions, accountRoutes } from './routes.ts'

declare module 'fastify' {
  interface FastifyRequest {
    readonly account: OwnedAccount
  }
}

export const account: Feature<AccountOptions> = {
  prefix: '/me',
  tag: { name: 'account', description: 'Everything of the caller at once' },
  owned: { account: (owner, { keptImports }) => new OwnedAccount(owner, keptImports) },
  routes: accountRoutes,
}
