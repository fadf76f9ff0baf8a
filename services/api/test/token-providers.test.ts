import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JWTPayload } from 'jose'
import { expect, test } from 'vitest'
import { KeySet } from '../src/auth/key-set.ts'
import { TokenVerifier } from '../src/auth/verifier.ts'
import { loadConfig } from '../src/config.ts'
import { makeKey, type SigningKey } from './support/jwks-server.ts'
import { signed } from './support/tokens.ts'

/** What the placeholders of the documents stand for in these tests. */
const words: Record<string, string> = {
  tenant: 'acme',
  api: 'https://tasks.acme.example',
  host: 'id.acme.example',
  instance: 'happy-fox-12',
  origin: 'https://app.acme.example',
  region: 'eu-central-1',
  pool: 'eu-central-1_Ab12Cd34E',
  client: '6f1c2b3a-0d4e-4f5a-8b6c-7d8e9f0a1b2c',
  project: 'acme-tasks',
  realm: 'acme',
}
const fill = (text: string) => text.replace(/<(\w+)>/g, (_, word: string) => words[word] ?? '')

interface Row {
  provider: string
  JWT_JWKS_URL: string
  JWT_ISSUER: string
  JWT_AUDIENCE: string
  alg: string
}

const document = readFileSync(join(import.meta.dirname, '../../../docs/tokens.md'), 'utf8')
const rows: Row[] = [
  ...document.matchAll(/^\| ([^|]+) \| `(https:[^`]+)` \| `([^`]+)` \| `([^`]+)` \| (.+) \|$/gm),
].map(([, provider = '', url = '', issuer = '', audience = '', note = '']) => ({
  provider,
  JWT_JWKS_URL: fill(url),
  JWT_ISSUER: fill(issuer),
  JWT_AUDIENCE: fill(audience),
  alg: /(EdDSA|[ERP]S\d+)/.exec(note)?.[0] ?? '',
}))

const now = Math.floor(Date.now() / 1000)
const {
  api = '',
  client = '',
  origin = '',
  pool = '',
  project = '',
  tenant = '',
  host = '',
  instance = '',
} = words
const times = { iat: now, exp: now + 300 }

/** What each provider writes into its tokens, as its own documents show it, and the type in the header. */
const shapes: Record<string, { typ?: string; claims: JWTPayload }> = {
  Auth0: {
    typ: 'JWT',
    claims: {
      iss: `https://${tenant}.auth0.com/`,
      sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
      aud: [api, `https://${tenant}.auth0.com/userinfo`],
      azp: 'my_client_id',
      scope: 'openid profile',
    },
  },
  'Better Auth': {
    claims: {
      iss: `https://${host}`,
      aud: `https://${host}`,
      sub: 'Wq3nXb0kT9dPzYv1',
      id: 'Wq3nXb0kT9dPzYv1',
      email: 'ada@example.com',
    },
  },
  Clerk: {
    typ: 'JWT',
    claims: {
      azp: origin,
      fva: [7, -1],
      iss: `https://${instance}.clerk.accounts.dev`,
      nbf: now - 10,
      sid: 'sess_2abc',
      sts: 'active',
      sub: 'user_2abc',
      v: 2,
    },
  },
  Cognito: {
    claims: {
      sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
      iss: `https://cognito-idp.eu-central-1.amazonaws.com/${pool}`,
      version: 2,
      client_id: client,
      origin_jti: '0192f0c1-2d3e-7f40-8a1b-2c3d4e5f6071',
      token_use: 'access',
      scope: 'aws.cognito.signin.user.admin',
      auth_time: now,
      username: 'ada',
    },
  },
  'Entra (v2.0)': {
    typ: 'JWT',
    claims: {
      aud: client,
      iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
      nbf: now,
      azp: 'another-client',
      azpacr: '0',
      oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
      scp: 'tasks',
      sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
      tid: tenant,
      ver: '2.0',
    },
  },
  'Entra (v1.0)': {
    typ: 'JWT',
    claims: {
      aud: `api://${client}`,
      iss: `https://sts.windows.net/${tenant}/`,
      nbf: now,
      appid: 'another-client',
      appidacr: '0',
      scp: 'tasks',
      sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
      tid: tenant,
      ver: '1.0',
    },
  },
  Firebase: {
    typ: 'JWT',
    claims: {
      iss: `https://securetoken.google.com/${project}`,
      aud: project,
      auth_time: now,
      user_id: 'sOmEuId12345678901234567890A',
      sub: 'sOmEuId12345678901234567890A',
      firebase: { sign_in_provider: 'password', identities: {} },
    },
  },
  Keycloak: {
    typ: 'JWT',
    claims: {
      iss: `https://${host}/realms/acme`,
      aud: [api, 'account'],
      sub: '0192f0c1-2d3e-7f40-8a1b-2c3d4e5f6071',
      typ: 'Bearer',
      azp: 'web-app',
      sid: '4f5a8b6c',
      acr: '1',
      scope: 'openid profile email',
    },
  },
  Logto: {
    typ: 'at+jwt',
    claims: {
      iss: `https://${tenant}.logto.app/oidc`,
      aud: api,
      sub: '9hq3s2b1xk7d',
      client_id: 'web-app',
      jti: 'x1',
      scope: 'tasks',
    },
  },
  Supabase: {
    typ: 'JWT',
    claims: {
      iss: `https://${project}.supabase.co/auth/v1`,
      aud: 'authenticated',
      sub: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
      role: 'authenticated',
      aal: 'aal1',
      session_id: '0192f0c1-2d3e-7f40-8a1b-2c3d4e5f6071',
      is_anonymous: false,
    },
  },
}

const keysMade = new Map<string, Promise<SigningKey>>()

/** One key for each algorithm: an RSA key takes longer to make than all else that a test does. */
function keyOfProvider(alg: string): Promise<SigningKey> {
  const key = keysMade.get(alg) ?? makeKey('key-of-the-provider', alg)
  keysMade.set(alg, key)
  return key
}

/** Verifies with the configuration of a row; the keys alone are not where the provider has them. */
async function verifierOf({ provider: _, alg, ...env }: Row) {
  const { tokens } = loadConfig(env)
  if (tokens.kind !== 'jwks') throw new Error('The row configures no key set')
  const key = await keyOfProvider(alg)
  const published = { ...key.jwk }
  // As Entra publishes them.
  if (alg === 'RS256') delete published.alg
  const keys = new KeySet({ fetchKeys: async () => ({ keys: [published] }), onChange() {}, onFailure() {} })
  const verifier = new TokenVerifier(keys, tokens)
  const tokenOf = (claims: JWTPayload, typ?: string) =>
    signed({ ...times, ...claims }, key.privateKey, { alg, kid: key.kid, ...(typ !== undefined && { typ }) })
  return { verify: async (claims: JWTPayload, typ?: string) => verifier.verify(await tokenOf(claims, typ)) }
}

test('the documents have a row for every shape that is tried here', () => {
  expect(rows.map(({ provider }) => provider)).toEqual(Object.keys(shapes))
})

test.each(rows)('a token of $provider opens the service that is configured by its row', async (row) => {
  const { verify } = await verifierOf(row)
  const { claims = {}, typ } = shapes[row.provider] ?? {}
  expect(await verify(claims, typ)).toMatchObject({ userId: expect.any(String) })
  await expect(verify({ ...claims, iss: `${claims.iss}x` }, typ)).rejects.toMatchObject({
    reason: 'wrong_issuer',
  })
})

test.each([
  ['Auth0', { aud: ['https://other.example'] }, 'wrong_aud'],
  ['Clerk', { azp: 'https://evil.example' }, 'wrong_azp'],
  ['Clerk', { azp: undefined }, 'no_audience'],
  ['Cognito', { client_id: 'another' }, 'wrong_client_id'],
  ['Keycloak', { aud: 'account', azp: 'https://tasks.acme.example' }, 'wrong_aud'],
  ['Supabase', { aud: 'anon' }, 'wrong_aud'],
])('a token of %s for somebody else is refused: %j', async (provider, change, reason) => {
  const row = rows.find((one) => one.provider === provider)
  if (row === undefined) throw new Error(`No row for ${provider}`)
  const { verify } = await verifierOf(row)
  await expect(verify({ ...shapes[provider]?.claims, ...change })).rejects.toMatchObject({ reason })
})

test('a session token of Clerk that has an aud of its own is judged by that', async () => {
  const clerk = rows.find(({ provider }) => provider === 'Clerk')
  if (clerk === undefined) throw new Error('No row for Clerk')
  const { verify } = await verifierOf({ ...clerk, JWT_AUDIENCE: 'tasklane' })
  expect(await verify({ ...shapes.Clerk?.claims, aud: 'tasklane' })).toMatchObject({
    userId: expect.any(String),
  })
})
