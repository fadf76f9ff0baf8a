import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Timing } from '../../src/service.ts'
import { startTestApp, type TestApp } from './app.ts'
import { type Answer, Client } from './client.ts'
import { silentLog } from './log.ts'

export const authSecret = 'an AUTH_SECRET for tests, 32 bytes or more'

/** The app with the built-in issuer instead of the tests' own tokens. */
export function startIssuingApp(
  env: NodeJS.ProcessEnv = {},
  timing: Timing = {},
  log: Logger = silentLog,
): Promise<TestApp> {
  return startTestApp({ JWT_SECRET: '', AUTH_SECRET: authSecret, ...env }, log, timing)
}

export interface Account {
  id: string
  email: string
  password: string
  /** The session token of the sign-up. */
  session: string
}

export async function signUp({ anonymous }: TestApp, email = freshEmail()): Promise<Account> {
  const password = 'correct horse battery staple'
  const { body } = await anonymous.post('/auth/sign-up/email', { email, password, name: 'Alice' })
  return { id: body.user.id, email: body.user.email, password, session: body.token }
}

export const freshEmail = () => `${randomUUID()}@example.com`

/** A caller with a JWT for the session. */
export async function withToken({ url }: TestApp, session: string): Promise<Client> {
  const { body } = await new Client(url, session).get('/auth/token')
  return new Client(url, body.token)
}

export function signIn(
  { anonymous }: TestApp,
  credentials: { email: string; password: string },
  headers?: Record<string, string>,
): Promise<Answer> {
  const { email, password } = credentials
  return anonymous.post('/auth/sign-in/email', { email, password }, headers)
}

/** An account whose owner is signed in on this device and on another. */
export async function accountOnTwoDevices(at: TestApp) {
  const account = await signUp(at)
  const here = new Client(at.url, account.session)
  const there = new Client(at.url, (await signIn(at, account)).body.token)
  return { account, here, there }
}

export const isOpen = async (session: Client) => (await session.get('/auth/token')).status === 200
