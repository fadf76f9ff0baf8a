import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { invalid } from '../errors.ts'
import { Attempts } from './attempts.ts'
import * as contract from './contract.ts'
import { inOurWords } from './in-our-words.ts'
import type { Issuer } from './issuer.ts'
import { noSession, sessionNotFound } from './refusal.ts'
import { clearSessionCookie, sessionTokenOf } from './session-cookie.ts'
import type { CurrentSession } from './sessions.ts'

/** Wrong current passwords a minute for one account, from wherever they come. */
const GUESS_LIMIT = 10

export interface SessionRoutesOptions {
  issuer: Issuer
  /** Those of sign-in: guesses of one address count together. */
  signIns: Attempts
}

/** The password and the sessions of the account that the request's session is of. */
export const sessionRoutes: FastifyPluginAsyncTypebox<SessionRoutesOptions> = async (
  app,
  { issuer, signIns },
) => {
  const guesses = new Attempts(GUESS_LIMIT)

  app.post('/auth/password', { schema: contract.changePassword }, async (request, reply) => {
    const own = await sessionOf(request, issuer)
    const takeBack = takeAll(
      () => guesses.take(own.userId),
      () => signIns.take(request.ip),
    )
    const { current_password: current, new_password: next } = request.body
    const isRight = await issuer.sessions
      .changePassword(own, { current, next }, request.deadline)
      .catch((error: unknown) => {
        takeBack()
        throw error
      })
    if (!isRight) return invalid([{ in: 'body', path: '/current_password', message: 'is not the password' }])
    takeBack()
    reply.code(204)
    return null
  })

  app.get('/auth/sessions', { schema: contract.listSessions }, async (request) => {
    const own = await sessionOf(request, issuer)
    const sessions = await issuer.sessions.list(own, request.deadline)
    const data = sessions.map(({ id, createdAt, lastUsedAt, expiresAt }) => ({
      id,
      created_at: createdAt.toISOString(),
      last_used_at: lastUsedAt.toISOString(),
      expires_at: expiresAt.toISOString(),
      is_current: id === own.id,
    }))
    return { data }
  })

  app.delete('/auth/sessions/:id', { schema: contract.endSession }, async (request, reply) => {
    const own = await sessionOf(request, issuer)
    const { id } = request.params
    if (!(await issuer.sessions.end(own, id, request.deadline))) throw sessionNotFound()
    if (id === own.id) clearSessionCookie(request, reply)
    reply.code(204)
    return null
  })

  app.delete('/auth/sessions', { schema: contract.endOtherSessions }, async (request, reply) => {
    const own = await sessionOf(request, issuer)
    await issuer.sessions.endOthers(own, request.deadline)
    reply.code(204)
    return null
  })
}

async function sessionOf(request: FastifyRequest, issuer: Issuer): Promise<CurrentSession> {
  const token = sessionTokenOf(request)
  const own = token === undefined ? undefined : await inOurWords(issuer.useSession(token, request.deadline))
  if (own === undefined) throw noSession()
  return own
}

/** All of them or, where one refuses, none. */
function takeAll(...takes: (() => () => void)[]): () => void {
  const taken: (() => void)[] = []
  const takeBack = () => {
    for (const undo of taken.splice(0)) undo()
  }
  try {
    for (const take of takes) taken.push(take())
  } catch (error) {
    takeBack()
    throw error
  }
  return takeBack
}
