import {
  constants,
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  type SignKeyObjectInput,
  sign,
} from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import { expect } from 'vitest'
import { startTestApp, type TestApp } from './app.ts'
import { Client } from './client.ts'

export const ISSUER = 'https://issuer.example/'
export const AUDIENCE = 'tasks'
export const algorithms = ['EdDSA', 'ES256', 'ES384', 'RS256', 'PS256'] as const
export type Algorithm = (typeof algorithms)[number]

export interface Key {
  alg: Algorithm
  kid: string
  privateKey: KeyObject
  publicKey: KeyObject
}

export function makeKey(alg: Algorithm, kid: string = alg): Key {
  return { alg, kid, ...keyPair(alg) }
}

/** A key of each algorithm, whose name is its id. */
export function makeKeys(): Record<Algorithm, Key> {
  return Object.fromEntries(algorithms.map((alg) => [alg, makeKey(alg)])) as Record<Algorithm, Key>
}

function keyPair(alg: Algorithm) {
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519')
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  if (alg === 'ES384') return generateKeyPairSync('ec', { namedCurve: 'P-384' })
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

export interface Server {
  url: string
  /** How many requests have come. */
  requests: () => number
  close: () => Promise<void>
}

/** An outside issuer that publishes these keys. */
export function startIssuer(keys: readonly Key[]): Promise<Server> {
  const jwks = keys.map(({ alg, kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), alg, kid }))
  return startServer((_request, response) => response.end(JSON.stringify({ keys: jwks })))
}

/** Counts who falls for an address that stands in a token. */
export function startCanary(): Promise<Server> {
  return startServer((_request, response) => response.end('{"keys":[]}'))
}

async function startServer(listener: RequestListener): Promise<Server> {
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  return {
    url: `http://127.0.0.1:${address.port}/keys`,
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

export function validClaims(): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000)
  return { iss: ISSUER, aud: AUDIENCE, sub: randomUUID(), iat: now, exp: now + 300 }
}

const encode = (part: unknown) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')

/** A token whose header and claims may be anything, text that is no JSON included; the signature is right. */
export function signWith(
  key: Key,
  claims: unknown = validClaims(),
  header: unknown = { alg: key.alg, kid: key.kid },
): string {
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${signature(key, input).toString('base64url')}`
}

/** The same, over bytes that are no text. */
export function signBytes(key: Key, claims: Uint8Array, header: object = {}): string {
  const input = `${encode({ alg: key.alg, kid: key.kid, ...header })}.${Buffer.from(claims).toString('base64url')}`
  return `${input}.${signature(key, input).toString('base64url')}`
}

export function signature(key: Key, input: string, options: Partial<SignKeyObjectInput> = {}): Buffer {
  const data = Buffer.from(input)
  if (key.alg === 'EdDSA') return sign(null, data, key.privateKey)
  if (key.alg === 'ES256' || key.alg === 'ES384') {
    return sign(key.alg === 'ES256' ? 'sha256' : 'sha384', data, {
      key: key.privateKey,
      dsaEncoding: 'ieee-p1363',
      ...options,
    })
  }
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  return sign('sha256', data, { key: key.privateKey, ...(key.alg === 'PS256' && padding), ...options })
}

/** The configuration of a service that believes this issuer. */
export const believing = ({ url }: Server) => ({
  JWT_SECRET: '',
  JWT_JWKS_URL: url,
  JWT_ISSUER: ISSUER,
  JWT_AUDIENCE: AUDIENCE,
})

/** The app that believes an issuer of these keys; the issuer goes with it. */
export async function startBelievingApp(keys: readonly Key[]): Promise<TestApp> {
  const issuer = await startIssuer(keys)
  const app = await startTestApp(believing(issuer))
  return {
    ...app,
    async close() {
      await app.close()
      await issuer.close()
    },
  }
}

/** A refusal means nothing unless tokens of the same keys work. */
export async function expectAccepted(url: string, keys: Record<Algorithm, Key>): Promise<void> {
  for (const key of Object.values(keys)) {
    expect((await new Client(url, signWith(key)).get('/tasks')).status).toBe(200)
  }
}

/** As any nonsense is refused, to the letter: whoever forges a token learns nothing of what is wrong with it. */
export async function expectTokenRefused(url: string, token: string): Promise<void> {
  const [expected, answer] = await Promise.all(
    ['a.b.c', token].map((text) => new Client(url, text).get('/tasks')),
  )
  expect(answer?.status, token).toBe(401)
  expect(answer?.text).toBe(expected?.text)
  expect(answer?.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
}

export function signWithSecret(secret: string | Uint8Array, header: object, claims = validClaims()): string {
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

/** A token with this signature, or none. */
export function unsigned(header: unknown, signature = '', claims = validClaims()): string {
  return `${encode(header)}.${encode(claims)}.${signature}`
}
