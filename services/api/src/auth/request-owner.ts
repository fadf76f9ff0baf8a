import type { FastifyInstance } from 'fastify'
import type { Owner } from '../database/owner.ts'
import { callerOf } from './authentication.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** A handler reaches nothing but the caller's own. Asking for it without a caller is a bug. */
    readonly owner: Owner
  }
}

export function decorateWithOwner(
  app: FastifyInstance,
  ownerOf: (userId: string, deadline: number) => Owner,
): void {
  app.decorateRequest('owner', {
    getter() {
      return ownerOf(callerOf(this).userId, this.deadline)
    },
  })
}
