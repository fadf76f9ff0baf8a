import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { decodeJwt } from 'jose'
import { AppError } from '../errors.ts'
import { Attempts } from './attempts.ts'
import * as contract from './contract.ts'
import { refusalOfCrossSite } from './cross-site.ts'
import { inOurWords } from './in-our-words.ts'
import type { Issuer, Session } from './issuer.ts'
import { noSession } from './refusal.ts'
import { clearSessionCookie, renewSessionCookie, sessionTokenOf, setSessionCookie } from './session-cookie.ts'
import { sessionRoutes } from './session-routes.ts'

/** Failed sign-ins a minute from one address. */
const SIGN_IN_LIMIT = 10
/** Sign-ups a minute from one address: each costs a password hash. */
const SIGN_UP_LIMIT = 120

export interface AuthOptions {
  issuer: Issuer
  corsOrigins: string[]
  /** Whether anybody may make an account; otherwise an operator makes them. */
  signUp: boolean
}

/** Sign-up, sign-in and tokens of the built-in issuer. Not registered when an outside issuer is configured. */
export const authRoutes: FastifyPluginAsyncTypebox<AuthOptions> = async (
  app,
  { issuer, corsOrigins, signUp },
) => {
  const signIns = new Attempts(SIGN_IN_LIMIT)
  const signUps = new Attempts(SIGN_UP_LIMIT)
  const refuseCrossSite = refusalOfCrossSite(corsOrigins)
  app.addHook('onRequest', async (request) => refuseCrossSite(request))

  app.post(
    '/auth/sign-up/email',
    {
      onRequest: signUp ? [] : refuseSignUp,
      schema: { ...contract.signUp, hide: !signUp },
    },
    async (request, reply) => {
      signUps.take(request.ip)
      return withCookie(request, reply, await inOurWords(issuer.signUp(request.body, request.deadline)))
    },
  )

  app.post('/auth/sign-in/email', { schema: contract.signIn }, async (request, reply) => {
    const takeBack = signIns.take(request.ip)
    const session = await inOurWords(issuer.signIn(request.body, request.deadline)).catch(
      (error: unknown) => {
        if (!isWrongGuess(error)) takeBack()
        throw error
      },
    )
    takeBack()
    return withCookie(request, reply, session)
  })

  app.post('/auth/sign-out', { schema: contract.signOut }, async (request, reply) => {
    const token = sessionTokenOf(request)
    const hasEnded = token !== undefined && (await inOurWords(issuer.signOut(token, request.deadline)))
    clearSessionCookie(request, reply)
    if (!hasEnded) throw noSession()
    return { success: true as const }
  })

  app.get('/auth/token', { schema: contract.getToken }, async (request, reply) => {
    const token = sessionTokenOf(request)
    if (token === undefined) throw noSession()
    const minted = await inOurWords(issuer.mintToken(token, request.deadline))
    if (minted.isSessionRenewed) renewSessionCookie(request, reply)
    const { exp = 0 } = decodeJwt(minted.token)
    return { token: minted.token, expires_at: new Date(exp * 1000).toISOString() }
  })

  await app.register(sessionRoutes, { issuer, signIns })
}

/** Apart from the rest, since public keys are for everyone: a page of another site may read them. */
export const keyRoutes: FastifyPluginAsyncTypebox<{ issuer: Issuer }> = async (app, { issuer }) => {
  app.get('/.well-known/jwks.json', { schema: contract.getKeys }, (request) =>
    issuer.publicKeys(request.deadline),
  )
}

function withCookie(request: FastifyRequest, reply: FastifyReply, session: Session): Session {
  setSessionCookie(request, reply, session.token)
  return session
}

async function refuseSignUp(): Promise<never> {
  throw new AppError('forbidden', 'Sign-up is closed: ask whoever runs this service for an account')
}

/** Our own trouble does not count against the caller. */
function isWrongGuess(error: unknown): boolean {
  return error instanceof AppError && error.code === 'unauthenticated'
}
