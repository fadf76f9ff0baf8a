import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { isAPIError } from 'better-auth/api'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { decodeJwt } from 'jose'
import { Type } from 'typebox'
import { AppError, invalid } from '../errors.ts'
import { publicProblems } from '../http/problem-schema.ts'
import { Attempts } from './attempts.ts'
import { refusalOfCrossSite } from './cross-site.ts'
import { type Issuer, type Session, wrongCredentials } from './issuer.ts'
import { clearSessionCookie, sessionTokenOf, setSessionCookie } from './session-cookie.ts'

const tags = ['auth']

/** Failed sign-ins a minute from one address. */
const SIGN_IN_LIMIT = 10
/** Sign-ups a minute from one address: each costs a password hash. */
const SIGN_UP_LIMIT = 120

const email = Type.String({
  format: 'email',
  maxLength: 254,
  'x-text': true,
  'x-normalize': 'lowercase',
  examples: ['ada@example.com'],
})
const password = Type.String({
  minLength: 8,
  maxLength: 128,
  'x-text': true,
  examples: ['correct horse battery staple'],
})

/** In the form of the real ones, and good for nothing. */
const exampleSession = 'nYgL2mQ4rT6vX8zB1dF3hJ5kM7pS9uW0.q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c='
const exampleJwt = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJiN2Y1YzFkMiJ9.c2lnbmF0dXJl'
const exampleKey = {
  ...{ alg: 'EdDSA', crv: 'Ed25519', kty: 'OKP', kid: 'b7f5c1d23e4a4b5c8d6e9f0a1b2c3d4e' },
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
}

export const SignUp = Type.Object(
  {
    email,
    password,
    name: Type.Optional(
      Type.String({ maxLength: 200, 'x-text': true, 'x-normalize': 'trim', examples: ['Ada'] }),
    ),
  },
  { $id: 'SignUp', additionalProperties: false },
)
const SignIn = Type.Object(
  {
    email,
    password: Type.String({ maxLength: 128, 'x-text': true, examples: ['correct horse battery staple'] }),
  },
  { $id: 'SignIn', additionalProperties: false },
)
const SessionSchema = Type.Object(
  {
    token: Type.String({
      description: 'The session token, for /auth/token and /auth/sign-out alone; tasks take an access token',
      examples: [exampleSession],
    }),
    user: Type.Object(
      {
        id: Type.String({ format: 'uuid', examples: ['b7f5c1d2-3e4a-4b5c-8d6e-9f0a1b2c3d4e'] }),
        email: Type.String({ examples: ['ada@example.com'] }),
        name: Type.String({ examples: ['Ada'] }),
      },
      { $id: 'User' },
    ),
  },
  { $id: 'Session' },
)
const TokenSchema = Type.Object(
  {
    token: Type.String({
      description: 'The access token: a JWT, valid for 15 minutes, to be sent as Bearer',
      examples: [exampleJwt],
    }),
    expires_at: Type.String({
      format: 'date-time',
      description: 'When the access token ends',
      examples: ['2026-11-26T09:15:00.000Z'],
    }),
  },
  { $id: 'AccessToken' },
)
const SignOutResult = Type.Object({ success: Type.Literal(true) }, { $id: 'SignOutResult' })
const Jwk = Type.Unsafe({ $id: 'Jwk', type: 'object', additionalProperties: true, examples: [exampleKey] })
const KeySet = Type.Object({ keys: Type.Array(Jwk) }, { $id: 'KeySet' })

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
      schema: {
        hide: !signUp,
        tags,
        summary: 'Make an account and sign in',
        operationId: 'signUp',
        body: SignUp,
        response: { 200: SessionSchema, ...publicProblems(403, 413, 415, accountExists()) },
      },
    },
    async (request, reply) => {
      signUps.take(request.ip)
      return withCookie(request, reply, await told(issuer.signUp(request.body, request.deadline)))
    },
  )

  app.post(
    '/auth/sign-in/email',
    {
      schema: {
        tags,
        summary: 'Sign in',
        operationId: 'signIn',
        body: SignIn,
        response: { 200: SessionSchema, ...publicProblems(403, 413, 415, wrongCredentials()) },
      },
    },
    async (request, reply) => {
      const takeBack = signIns.take(request.ip)
      const session = await told(issuer.signIn(request.body, request.deadline)).catch((error: unknown) => {
        if (!isWrongGuess(error)) takeBack()
        throw error
      })
      takeBack()
      return withCookie(request, reply, session)
    },
  )

  app.post(
    '/auth/sign-out',
    {
      schema: {
        tags,
        summary: 'End the session',
        description:
          'The session comes as the cookie of a sign-in, or its token as Bearer. 401 if there is none to end.',
        operationId: 'signOut',
        security: [{ session: [] }, { sessionCookie: [] }],
        response: { 200: SignOutResult, ...publicProblems(403, 413, 415, noSession()) },
      },
    },
    async (request, reply) => {
      const token = sessionTokenOf(request)
      const hasEnded = token !== undefined && (await told(issuer.signOut(token, request.deadline)))
      clearSessionCookie(request, reply)
      if (!hasEnded) throw noSession()
      return { success: true as const }
    },
  )

  app.get(
    '/auth/token',
    {
      schema: {
        tags,
        summary: 'Get an access token for the session',
        description: 'The session comes as the cookie of a sign-in, or its token as Bearer.',
        operationId: 'getToken',
        security: [{ session: [] }, { sessionCookie: [] }],
        response: { 200: TokenSchema, ...publicProblems(403, noSession()) },
      },
    },
    async (request) => {
      const token = sessionTokenOf(request)
      if (token === undefined) throw noSession()
      const accessToken = await told(issuer.mintToken(token, request.deadline))
      const { exp = 0 } = decodeJwt(accessToken)
      return { token: accessToken, expires_at: new Date(exp * 1000).toISOString() }
    },
  )
}

/** Apart from the rest, since public keys are for everyone: a page of another site may read them. */
export const keyRoutes: FastifyPluginAsyncTypebox<{ issuer: Issuer }> = async (app, { issuer }) => {
  app.get(
    '/.well-known/jwks.json',
    {
      schema: {
        tags,
        summary: "The issuer's public keys (RFC 7517)",
        operationId: 'getKeys',
        response: {
          200: KeySet,
          ...publicProblems(),
        },
      },
    },
    (request) => issuer.publicKeys(request.deadline),
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

function accountExists(cause?: Error): AppError {
  return new AppError('conflict', 'An account with this e-mail address exists already: sign in instead', {
    cause,
  })
}

function noSession(): AppError {
  return new AppError(
    'unauthenticated',
    'A session is required: sign in, and send the session token as Bearer',
    {
      reason: 'no_session',
      headers: { 'www-authenticate': 'Bearer' },
    },
  )
}

/** The issuer's refusals in the words of this API. What is not a refusal stays what it is. */
export async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw isAPIError(error) ? refusalOf(error.body?.code, error.statusCode, error) : error
  }
}

function refusalOf(code: string | undefined, status: number, cause: Error): unknown {
  switch (code) {
    case 'INVALID_EMAIL_OR_PASSWORD':
      return wrongCredentials(cause)
    case 'USER_ALREADY_EXISTS':
    case 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL':
      return accountExists(cause)
    case 'INVALID_EMAIL':
    // Its own schema's word; of what that asks for, only the address can still be wrong here.
    case 'VALIDATION_ERROR':
      return invalid([{ in: 'body', path: '/email', message: 'must be an e-mail address' }])
    default:
      return status === 401 ? noSession() : cause
  }
}
