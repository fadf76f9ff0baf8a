import { createHmac } from 'node:crypto'
import { startTestApp, type TestApp, testSecret } from './app.ts'
import { silentLog } from './log.ts'
import { encode } from './tokens.ts'

export const issuer = 'https://issuer.example/'
export const audience = 'tasks'
export const secret = new TextEncoder().encode(testSecret)
export const sub = '0192f0c1-2d3e-7f40-8a1b-2c3d4e5f6071'
/** A moment between two seconds, so that rounding shows. */
export const now = 1_800_000_000.9
export const good = { iss: issuer, aud: audience, sub, exp: 1_800_000_300 }

/** The app that believes this issuer, or as it is given, at that moment. */
export function startAppAtMoment(
  env: NodeJS.ProcessEnv = { JWT_ISSUER: issuer, JWT_AUDIENCE: audience },
): Promise<TestApp> {
  return startTestApp(env, silentLog, { now: () => now * 1000 })
}

/** Signs a payload that no JSON library would write, such as one with 1e400 in it. */
export function signText(payload: string, header: unknown = { alg: 'HS256' }): string {
  const input = `${encode(header)}.${Buffer.from(payload).toString('base64url')}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}
