import { publicProblems } from '../http/contract/problem-schema.ts'
import { accountExists, noSession, wrongCredentials } from './refusal.ts'
import { KeySet, SessionSchema, SignIn, SignOutResult, SignUp, TokenSchema } from './schema.ts'

const tags = ['auth']

export const signUp = {
  tags,
  summary: 'Make an account and sign in',
  operationId: 'signUp',
  body: SignUp,
  response: { 200: SessionSchema, ...publicProblems(403, 413, 415, accountExists()) },
}

export const signIn = {
  tags,
  summary: 'Sign in',
  operationId: 'signIn',
  body: SignIn,
  response: { 200: SessionSchema, ...publicProblems(403, 413, 415, wrongCredentials()) },
}

export const signOut = {
  tags,
  summary: 'End the session',
  description:
    'The session comes as the cookie of a sign-in, or its token as Bearer. 401 if there is none to end.',
  operationId: 'signOut',
  security: [{ session: [] }, { sessionCookie: [] }],
  response: { 200: SignOutResult, ...publicProblems(403, 413, 415, noSession()) },
}

export const getToken = {
  tags,
  summary: 'Get an access token for the session',
  description: 'The session comes as the cookie of a sign-in, or its token as Bearer.',
  operationId: 'getToken',
  security: [{ session: [] }, { sessionCookie: [] }],
  response: { 200: TokenSchema, ...publicProblems(403, noSession()) },
}

export const getKeys = {
  tags,
  summary: "The issuer's public keys (RFC 7517)",
  operationId: 'getKeys',
  response: {
    200: KeySet,
    ...publicProblems(),
  },
}
