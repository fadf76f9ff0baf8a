import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import type { Owner } from './database/owner.ts'

/** A resource of the API, which is a folder: everything that the app has to know of it. */
export interface Feature<Services> {
  /** Only a token opens this path, and any below it. */
  prefix: `/${string}`
  /** Its section of the OpenAPI document, where it has one of its own. */
  tag?: { name: string; description: string }
  /** Schemas that other schemas refer to. */
  schemas?: readonly TSchema[]
  /** The caller's own, under the names by which a handler finds it on the request. */
  owned?: {
    readonly [Name in keyof FastifyRequest]?: (owner: Owner, services: Services) => FastifyRequest[Name]
  }
  routes: FastifyPluginAsyncTypebox<Services & object>
}

/** Lets the handlers reach what each feature owns, and what is the caller's alone. */
export function decorateRequests<Services>(
  app: FastifyInstance,
  features: readonly Feature<Services>[],
  services: Services,
): void {
  for (const { owned = {} } of features) {
    for (const [name, own] of Object.entries<(owner: Owner, services: Services) => unknown>(owned)) {
      app.decorateRequest(name, {
        getter() {
          return own(this.owner, services)
        },
      })
    }
  }
}
