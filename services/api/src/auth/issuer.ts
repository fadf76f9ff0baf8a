import { AsyncLocalStorage } from 'node:async_hooks'
import { betterAuth } from 'better-auth'
import { bearer } from 'better-auth/plugins/bearer'
import { jwt } from 'better-auth/plugins/jwt'
import type { JSONWebKeySet } from 'jose'
import type { Logger } from 'pino'
import type { Database } from '../database/database.ts'
import { databaseError, isForeignKeyViolation, isUniqueViolation } from '../database/database-error.ts'
import { deadlineFromNow } from '../database/deadline.ts'
import { whileLocked } from '../database/migrate.ts'
import { Hashing } from './hashing.ts'
import { createIssuerDatabase, type IssuerDatabase } from './issuer-database.ts'
import type { PasswordCost } from './password.ts'
import { accountExists, wrongCredentials } from './refusal.ts'
import { type CurrentSession, createSessions, SESSION_SECONDS, type Sessions } from './sessions.ts'

/** `iss` and `aud` of the tokens that this service makes for itself. */
export const BUILT_IN_ISSUER = 'tasklane'
export const BUILT_IN_AUDIENCE = 'tasklane'

const TOKEN_LIFETIME = '15m'

/** A session that was used less than so long ago is not written again. */
const SESSION_USE_SECONDS = 60

export interface Credentials {
  email: string
  password: string
  name?: string
}

/** A signed-in account. `token` is the session token, signed, so that a copy of the table is no way in. */
export interface Session {
  token: string
  user: { id: string; email: string; name: string }
}

export interface MintedToken {
  token: string
  /** Whether the session lives longer for it, so that its cookie has to as well. */
  isSessionRenewed: boolean
}

/** Each is done by its deadline, a time of `performance.now()`, or refused as `unavailable`. */
export interface Issuer {
  signUp(credentials: Credentials, deadline?: number): Promise<Session>
  signIn(credentials: Credentials, deadline?: number): Promise<Session>
  /** Whether there was a session to end. */
  signOut(sessionToken: string, deadline?: number): Promise<boolean>
  /** A JWT for the session's account: EdDSA, 15 minutes, nothing in it but the standard claims. */
  mintToken(sessionToken: string, deadline?: number): Promise<MintedToken>
  /** The session of the token, if it is there; from now on it lives for its whole time again. */
  useSession(sessionToken: string, deadline?: number): Promise<CurrentSession | undefined>
  sessions: Sessions
  publicKeys(deadline?: number): Promise<JSONWebKeySet>
}

/**
 * The built-in issuer of accounts, sessions and tokens, by Better Auth on our own database.
 *
 * Its own limiter, cookies, origin checks and error answers are not in use: the routes do these, the same way as
 * for the rest of the API.
 */
export async function createIssuer(options: {
  database: Database
  secret: string
  log: Logger
  passwordCost?: PasswordCost | undefined
}): Promise<Issuer> {
  const database = createIssuerDatabase(options.database.pool)
  const hashing = new Hashing(options.passwordCost)
  const hashed = new AsyncLocalStorage<string>()
  const auth = createAuth({ ...options, database, hashing, hashed })
  const asSession = (sessionToken: string) => new Headers({ authorization: `Bearer ${sessionToken}` })
  const explained = <T>(work: () => Promise<T>, deadline = deadlineFromNow()) =>
    database.explained(work, refusalOf, deadline)
  // Locked: one of several starting processes makes the key; one with another `AUTH_SECRET` then fails to open it.
  await whileLocked(options.database, () => ensureSigningKey(auth))
  return {
    signUp: ({ email, password, name = '' }, deadline) =>
      explained(async () => {
        const body = { email, password, name }
        // Before, since the library would hash within its transaction, and keep a connection all that time.
        const hash = await hashing.hash(password, deadline)
        return sessionFrom(await hashed.run(hash, () => auth.api.signUpEmail({ body, returnHeaders: true })))
      }, deadline),
    signIn: ({ email, password }, deadline) =>
      explained(async () => {
        const body = { email, password }
        return sessionFrom(await auth.api.signInEmail({ body, returnHeaders: true }))
      }, deadline),
    signOut: (sessionToken, deadline) =>
      explained(async () => {
        const headers = asSession(sessionToken)
        const session = await auth.api.getSession({ headers, query: { disableRefresh: true } })
        if (session === null) return false
        await auth.api.signOut({ headers })
        return true
      }, deadline),
    mintToken: (sessionToken, deadline) =>
      explained(async () => {
        const headers = asSession(sessionToken)
        const answer = await auth.api.getToken({ headers, returnHeaders: true })
        return { token: answer.response.token, isSessionRenewed: answer.headers.has('set-auth-token') }
      }, deadline),
    useSession: (sessionToken, deadline) =>
      explained(async () => {
        const found = await auth.api.getSession({ headers: asSession(sessionToken) })
        return found === null ? undefined : { id: found.session.id, userId: found.user.id }
      }, deadline),
    publicKeys: (deadline) => explained(() => auth.api.getJwks(), deadline),
    sessions: createSessions(options.database.pool, hashing),
  }
}

/**
 * Rows may change between lookup and write. The second of two sign-ups with one address at once meets the table's
 * constraint, and so does a sign-in to an account that is deleted meanwhile.
 */
function refusalOf(cause: unknown): unknown {
  if (isForeignKeyViolation(cause)) return wrongCredentials(cause)
  if (!isUniqueViolation(cause)) return databaseError(cause)
  return accountExists(cause)
}

function createAuth(options: {
  database: IssuerDatabase
  secret: string
  log: Logger
  hashing: Hashing
  /** The hash of the password that is about to be asked for. */
  hashed: AsyncLocalStorage<string>
}) {
  const { database, secret, log, hashing, hashed } = options
  return betterAuth({
    baseURL: 'http://tasklane.invalid',
    secret,
    database: {
      db: database.db,
      type: 'postgres',
      schemaName: 'tasklane_auth',
      transaction: true,
    },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 8,
      // It counts UTF-16 units; the routes have counted characters by then, 128 of them at most.
      maxPasswordLength: 256,
      password: {
        hash: async (password) => hashed.getStore() ?? hashing.hash(password, database.deadline()),
        verify: (credentials) => hashing.verify(credentials, database.deadline()),
      },
    },
    session: { expiresIn: SESSION_SECONDS, updateAge: SESSION_USE_SECONDS },
    advanced: { database: { generateId: 'uuid' } },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    // Its messages may hold an e-mail address; what matters in them arrives here as a thrown error as well.
    logger: { level: 'error', log: (level) => log.debug(`the issuer reported: ${level}`) },
    plugins: [
      bearer({ requireSignature: true }),
      jwt({
        jwks: { keyPairConfig: { alg: 'EdDSA', crv: 'Ed25519' } },
        jwt: {
          issuer: BUILT_IN_ISSUER,
          audience: BUILT_IN_AUDIENCE,
          expirationTime: TOKEN_LIFETIME,
          definePayload: () => ({}),
        },
      }),
    ],
  })
}

/** Made now, so that no request waits for it, and so that a wrong secret is found before the first one. */
async function ensureSigningKey(auth: ReturnType<typeof createAuth>): Promise<void> {
  try {
    await auth.api.signJWT({ body: { payload: { sub: 'start-up check' } } })
  } catch (cause) {
    if (!(cause instanceof Error && cause.message.startsWith('Failed to decrypt'))) throw cause
    throw new Error(
      'The signing key in the database cannot be opened: AUTH_SECRET (or DATA_DIR/auth-secret) is not the one it was made with. ' +
        'Set that one again. If it is lost, start once with --forget-signing-keys: accounts and tasks stay, ' +
        'and everyone signs in again (docs/tokens.md)',
      { cause },
    )
  }
}

function sessionFrom(answer: {
  headers: Headers
  response: { user: { id: string; email: string; name: string } }
}): Session {
  const token = answer.headers.get('set-auth-token')
  if (token === null) throw new Error('The issuer made no session')
  const { id, email, name } = answer.response.user
  return { token, user: { id, email, name } }
}
