import type { FastifyInstance, FastifyRequest } from 'fastify'
import { unauthenticated } from '../errors.ts'
import type { Caller } from './claims.ts'
import type { DeletedAccounts } from './deleted-accounts.ts'
import type { RateLimiter } from './rate-limit.ts'
import { RefusedToken } from './refusal.ts'
import type { TokenVerifier } from './verifier.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling; null where no token is asked for. */
    caller: Caller | null
  }
}

const bearer = /^bearer +/i

export interface Authentication {
  verifier: TokenVerifier
  /** Absent with an outside issuer. */
  deletedAccounts: DeletedAccounts | undefined
  limiter: RateLimiter
  /** Whether only a token opens this path, whether a route serves it or not. */
  isProtected: (path: string) => boolean
}

/** Judges the token before anything else of the request: body, query, path and database are not touched yet. */
export function authenticate(
  app: FastifyInstance,
  { verifier, deletedAccounts, limiter, isProtected }: Authentication,
): void {
  const hasBuiltInIssuer = deletedAccounts !== undefined
  app.decorateRequest('caller', null)
  app.addHook('onRequest', (request, reply, done) => {
    if (!asksForToken(request, isProtected)) return done()
    // Without a valid token it counts against the address, so that guessing is limited as well.
    const refuse = (error: unknown) => {
      limiter.count(request, reply)
      throw error instanceof RefusedToken
        ? unauthenticated(error.reason, hasBuiltInIssuer, error.cause)
        : error
    }
    const accept = (caller: Caller) => {
      if (deletedAccounts?.has(caller.userId)) return refuse(new RefusedToken('deleted_account'))
      request.caller = caller
      done()
    }
    const token = tokenOf(request)
    if (token === undefined) return refuse(new RefusedToken('no_token'))
    const known = verifier.recall(token)
    if (known !== undefined) accept(known)
    else verifier.verify(token).then(accept, refuse).catch(done)
  })
}

/** By the path as it was sent, and by the route that serves it: the router takes `/%74asks` for `/tasks`. */
function asksForToken(request: FastifyRequest, isProtected: Authentication['isProtected']): boolean {
  return isProtected(request.url) || isProtected(request.routeOptions.url ?? '')
}

/** Tells the paths that are at one of the prefixes, or below it. */
export function pathsAt(prefixes: readonly string[]): (path: string) => boolean {
  const pattern = new RegExp(`^(${prefixes.join('|')})(?=[/?#]|$)`)
  return (path) => pattern.test(path)
}

/** RFC 6750 section 2.1: in the header only, never in the query or the body. */
function tokenOf(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization
  return header === undefined || !bearer.test(header) ? undefined : header.replace(bearer, '')
}

/** The user of a request that passed `authenticate`. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error('This route asks for no token, so it has no caller')
  return request.caller
}
