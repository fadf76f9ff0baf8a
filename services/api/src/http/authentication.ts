import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { DeletedAccounts } from '../auth/deleted-accounts.ts'
import { type Caller, invalidToken, type TokenVerifier } from '../auth/verifier.ts'
import { AppError } from '../errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling; null where no token is asked for. */
    caller: Caller | null
  }
}

/** Paths that only a token opens, whether a route serves them or not. */
const protectedPath = /^\/(tasks|trash|me)(?=[/?]|$)/
const bearer = /^bearer +/i

export interface Authentication {
  verifier: TokenVerifier
  deletedAccounts: DeletedAccounts | undefined
}

/** Judges the token before anything else of the request: body, query, path and database are not touched yet. */
export function authenticate(app: FastifyInstance, { verifier, deletedAccounts }: Authentication): void {
  app.decorateRequest('caller', null)
  app.addHook('onRequest', (request, _reply, done) => {
    if (!protectedPath.test(request.url)) return done()
    const token = tokenOf(request)
    const accept = (caller: Caller) => {
      if (deletedAccounts?.has(caller.userId)) return done(invalidToken())
      request.caller = caller
      done()
    }
    const known = verifier.recall(token)
    if (known !== undefined) accept(known)
    else verifier.verify(token).then(accept, done)
  })
}

/** RFC 6750 section 2.1: in the header only, never in the query or the body. */
function tokenOf(request: FastifyRequest): string {
  const header = request.headers.authorization
  if (header === undefined) {
    // RFC 6750 section 3.1: no error code where no token was sent.
    throw new AppError('unauthenticated', 'A valid bearer token is required', {
      headers: { 'www-authenticate': 'Bearer' },
    })
  }
  if (!bearer.test(header)) throw invalidToken()
  return header.replace(bearer, '')
}

/** The user of a request that passed `authenticate`. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error('This route asks for no token, so it has no caller')
  return request.caller
}
