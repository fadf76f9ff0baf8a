import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { JWTPayload } from 'jose'
import type { Logger } from 'pino'
import { loadConfig } from '../../src/config.ts'
import type { Database } from '../../src/database/database.ts'
import { startApp, type Timing } from '../../src/service.ts'
import { Client } from './client.ts'
import { temporaryFolder } from './database.ts'
import { silentLog } from './log.ts'
import { configuredBy } from './openapi.ts'
import { signed } from './tokens.ts'
import { borrowTestDatabase } from './used-databases.ts'

export const testSecret = 'a secret for tests, of 32 bytes or more'

export const timingOfTests = {
  /** However busy the machine is, no request of a test is refused for it. */
  databaseWaitMilliseconds: 600_000,
  overload: {
    few: Number.POSITIVE_INFINITY,
    patienceMilliseconds: Number.POSITIVE_INFINITY,
    standstillMilliseconds: Number.POSITIVE_INFINITY,
    queueMilliseconds: 0,
    fewest: Number.POSITIVE_INFINITY,
    oldMilliseconds: Number.POSITIVE_INFINITY,
    lateMilliseconds: Number.POSITIVE_INFINITY,
  },
  /** A test of its own looks at the service's, which takes some hundred times as long. */
  passwordCost: { N: 2 ** 8, r: 8, p: 1 },
}

export interface TestApp {
  /** Such as http://127.0.0.1:45123. */
  url: string
  app: FastifyInstance
  database: Database
  /** A caller without a token. */
  anonymous: Client
  /** A fresh user, with a token of the test's own issuer (HS256). */
  signIn: (userId?: string) => Promise<User>
  close: () => Promise<void>
}

export interface User extends Client {
  id: string
}

/**
 * The real app on a real database that it has to itself, listening on a real socket.
 *
 * Tokens are HS256 by `testSecret` unless `env` configures something else (an empty JWT_SECRET: the built-in issuer).
 */
export async function startTestApp(
  env: NodeJS.ProcessEnv = {},
  log: Logger = silentLog,
  timing: Timing = {},
): Promise<TestApp> {
  const folder = temporaryFolder()
  const settings = { JWT_SECRET: testSecret, RATE_LIMIT_PER_MINUTE: '0', DATA_DIR: folder.path, ...env }
  const { database, drop } = await borrowTestDatabase(settings)
  const app = await startApp(loadConfig(settings), database, log, { ...timingOfTests, ...timing })
  const url = await app.listen({ host: '127.0.0.1', port: 0, listenTextResolver: () => 'listening' })
  configuredBy(url, env)
  return {
    url,
    app,
    database,
    anonymous: new Client(url),
    async signIn(userId = randomUUID()) {
      return Object.assign(new Client(url, await token({ sub: userId })), { id: userId })
    },
    async close() {
      await app.close()
      await drop()
      folder.remove()
    },
  }
}

let shared: Promise<TestApp> | undefined

/**
 * The app of this worker, for files that configure nothing and look at their own users only. A file that breaks or
 * counts something of all users starts its own.
 */
export function sharedApp(): Promise<TestApp> {
  shared ??= startTestApp()
  return shared
}

/** An HS256 token by `testSecret` that is valid for an hour, with the given claims over the usual ones. */
export function token(claims: JWTPayload): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return signed({ iat: now, exp: now + 3600, ...claims }, new TextEncoder().encode(testSecret))
}
