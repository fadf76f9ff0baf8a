import { Type } from 'typebox'
import { publicProblems } from '../http/contract/problem-schema.ts'
import { accountExists, noSession, sessionNotFound, wrongCredentials } from './refusal.ts'
import {
  KeySet,
  PasswordChange,
  SessionList,
  SessionPath,
  SessionSchema,
  SignIn,
  SignOutResult,
  SignUp,
  TokenSchema,
} from './schema.ts'

const tags = ['auth']
const security = [{ session: [] }, { sessionCookie: [] }]
const bySession = 'The session comes as the cookie of a sign-in, or its token as Bearer.'

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
  description: `${bySession} 401 if there is none to end.`,
  operationId: 'signOut',
  security,
  response: { 200: SignOutResult, ...publicProblems(403, 413, 415, noSession()) },
}

export const getToken = {
  tags,
  summary: 'Get an access token for the session',
  description: bySession,
  operationId: 'getToken',
  security,
  response: { 200: TokenSchema, ...publicProblems(403, noSession()) },
}

export const changePassword = {
  tags,
  summary: 'Change the password',
  description: `${bySession} It goes on; the other sessions of the account end. A wrong current password is 422.`,
  operationId: 'changePassword',
  security,
  body: PasswordChange,
  response: { 204: Type.Null({ description: 'Changed' }), ...publicProblems(403, 413, 415, noSession()) },
}

export const listSessions = {
  tags,
  summary: 'List the sessions of the account',
  description: `${bySession} It comes first, then those used last; at most 1,000.`,
  operationId: 'listSessions',
  security,
  response: { 200: SessionList, ...publicProblems(403, noSession()) },
}

export const endSession = {
  tags,
  summary: 'End one session of the account',
  description: bySession,
  operationId: 'endSession',
  security,
  params: SessionPath,
  response: {
    204: Type.Null({ description: 'Ended' }),
    ...publicProblems(403, 413, 415, noSession(), sessionNotFound()),
  },
}

export const endOtherSessions = {
  tags,
  summary: 'End all other sessions of the account',
  description: bySession,
  operationId: 'endOtherSessions',
  security,
  response: { 204: Type.Null({ description: 'Ended' }), ...publicProblems(403, 413, 415, noSession()) },
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
