import { startTestApp, type TestApp } from './app.ts'
import type { JwksServer, SigningKey } from './jwks-server.ts'
import { silentLog } from './log.ts'
import { signed } from './tokens.ts'

const JWT_ISSUER = 'https://issuer.example/'
export const JWT_AUDIENCE = 'tasks'

export const claims = () => ({
  iss: JWT_ISSUER,
  aud: JWT_AUDIENCE,
  sub: 'auth0|alice',
  exp: Math.floor(Date.now() / 1000) + 300,
})

export const tokenBy = ({ privateKey, alg, kid }: SigningKey, header = {}) =>
  signed(claims(), privateKey, { alg, kid, ...header })

/** The app that trusts the keys which the server publishes. */
export function startTrusting({ url }: JwksServer, now?: () => number): Promise<TestApp> {
  const env = { JWT_SECRET: '', JWT_JWKS_URL: url, JWT_ISSUER, JWT_AUDIENCE }
  return startTestApp(env, silentLog, now === undefined ? {} : { now })
}
