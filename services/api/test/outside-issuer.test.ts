import { exportJWK, importJWK, type JWK } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestApp } from './support/app.ts'
import { Client } from './support/client.ts'
import { type JwksServer, makeKey, type SigningKey, startJwksServer } from './support/jwks-server.ts'
import { encode, expectRefused, signed } from './support/tokens.ts'
import { claims, JWT_AUDIENCE, startTrusting, tokenBy } from './support/trusting-app.ts'

const algorithms = ['EdDSA', 'ES256', 'ES384', 'RS256', 'PS256'] as const
/** The issuer publishes keys for these as well. */
const unpromised = ['ES512', 'RS512', 'PS512']

let issuer: JwksServer
let keys: Record<string, SigningKey>
let app: TestApp

beforeAll(async () => {
  const made = await Promise.all([...algorithms, ...unpromised].map((alg) => makeKey(`key-${alg}`, alg)))
  keys = Object.fromEntries(made.map((key) => [key.alg, key]))
  issuer = await startJwksServer(made.map(({ jwk }) => jwk))
  app = await startTrusting(issuer)
})
afterAll(async () => {
  await app.close()
  await issuer.close()
})

const list = (token: string, { url } = app) => new Client(url, token).get('/tasks')

function keyFor(alg: string): SigningKey {
  const key = keys[alg]
  if (key === undefined) throw new Error(`No key for ${alg}`)
  return key
}

test.each(algorithms)('a token by a key for %s is accepted', async (alg) => {
  const client = new Client(app.url, await tokenBy(keyFor(alg)))
  const { status, body: task } = await client.post('/tasks', { title: 'Buy milk' })
  expect(status).toBe(201)
  expect((await client.get(`/tasks/${task.id}`)).body).toEqual(task)
})

test.each(algorithms)('a token by a stranger who claims the key for %s is refused', async (alg) => {
  const stranger = await makeKey(`key-${alg}`, alg)
  expectRefused(await list(await tokenBy(stranger)))
  expectRefused(await list(await tokenBy(stranger, { jwk: stranger.jwk })))
  expectRefused(await list(await tokenBy(stranger, { jku: issuer.url, x5u: issuer.url })))
  expect((await list(await tokenBy(keyFor(alg)))).status).toBe(200)
})

test('a key serves only the algorithm that it was made for', async () => {
  const rsa = keyFor('RS256')
  const pss = keyFor('PS256')
  const asPss = await importJWK({ ...(await privateJwk(rsa)), alg: 'PS256' }, 'PS256')
  const asPkcs = await importJWK({ ...(await privateJwk(pss)), alg: 'RS256' }, 'RS256')
  expectRefused(await list(await signed(claims(), asPss, { alg: 'PS256', kid: rsa.kid })))
  expectRefused(await list(await signed(claims(), asPkcs, { alg: 'RS256', kid: pss.kid })))
  for (const alg of algorithms) {
    const others = algorithms.filter((other) => other !== alg)
    for (const other of others) {
      expectRefused(await list(await tokenBy(keyFor(alg), { kid: keyFor(other).kid })))
    }
  }
})

test('algorithms that nobody was promised are refused', async () => {
  for (const alg of unpromised) expectRefused(await list(await tokenBy(keyFor(alg))))
  const { kid } = keyFor('RS256')
  expectRefused(await list(`${encode({ alg: 'none', kid })}.${encode(claims())}.`))
})

test('a key that is published for encryption, or as a shared secret, signs nothing', async () => {
  const encryption = await makeKey('encryption', 'ES256')
  const bytes = Buffer.alloc(32, 7)
  const other = await startJwksServer([
    { ...encryption.jwk, use: 'enc' },
    { kty: 'oct', k: bytes.toString('base64url'), kid: 'shared', alg: 'HS256' },
    keyFor('ES256').jwk,
  ])
  const own = await startTrusting(other)
  expectRefused(await list(await tokenBy(encryption), own))
  expectRefused(await list(await signed(claims(), bytes, { alg: 'HS256', kid: 'shared' }), own))
  expect((await list(await tokenBy(keyFor('ES256')), own)).status).toBe(200)
  await own.close()
  await other.close()
})

test("another issuer's or audience's token is refused though the key is right", async () => {
  const { privateKey, kid } = keyFor('EdDSA')
  const header = { alg: 'EdDSA', kid }
  const wrongs: Record<string, unknown>[] = [
    { iss: 'https://issuer.example' },
    { iss: undefined },
    { aud: 'other' },
    { aud: undefined },
  ]
  for (const wrong of wrongs) {
    expectRefused(await list(await signed({ ...claims(), ...wrong }, privateKey, header)))
  }
  expect(
    (await list(await signed({ ...claims(), aud: ['x', JWT_AUDIENCE] }, privateKey, header))).status,
  ).toBe(200)
})

test('a token without aud is judged by its azp, and only one without azp by its client_id', async () => {
  const { privateKey, kid } = keyFor('EdDSA')
  const { aud: _, ...nameless } = claims()
  const ask = async (names: object) =>
    list(await signed({ ...nameless, ...names }, privateKey, { alg: 'EdDSA', kid }))
  for (const names of [
    { azp: JWT_AUDIENCE },
    { client_id: JWT_AUDIENCE },
    { azp: JWT_AUDIENCE, client_id: 'x' },
  ])
    expect((await ask(names)).status).toBe(200)
  const others: object[] = [
    { azp: 'x', client_id: JWT_AUDIENCE },
    { azp: null, client_id: JWT_AUDIENCE },
    { azp: [JWT_AUDIENCE] },
    { client_id: [JWT_AUDIENCE] },
    { client_id: `${JWT_AUDIENCE} ` },
    { client_id: null },
    { appid: JWT_AUDIENCE, cid: JWT_AUDIENCE },
  ]
  for (const aud of ['other', '', null, [], ['other']])
    others.push({ aud, azp: JWT_AUDIENCE, client_id: JWT_AUDIENCE })
  for (const names of others) expectRefused(await ask(names))
})

test('the document says nothing of the built-in issuer', async () => {
  for (const path of ['/openapi.json', '/docs/json']) {
    const { status, body, text } = await app.anonymous.get(path)
    expect(status).toBe(200)
    expect(Object.keys(body.paths)).toContain('/tasks')
    expect(Object.keys(body.components.securitySchemes)).toEqual(['bearer'])
    expect(text).not.toMatch(/sign.?up|\/auth\/|"auth"/i)
  }
})

test('the built-in issuer is off', async () => {
  const { anonymous } = app
  const credentials = { email: 'a@example.com', password: 'long enough' }
  expect((await anonymous.post('/auth/sign-up/email', credentials)).status).toBe(404)
  expect((await anonymous.post('/auth/sign-in/email', credentials)).status).toBe(404)
  expect((await anonymous.post('/auth/sign-out')).status).toBe(404)
  expect((await anonymous.get('/auth/token')).status).toBe(404)
  expect((await anonymous.get('/.well-known/jwks.json')).status).toBe(404)
})

test('200 tokens with unknown keys at once make one fetch', async () => {
  const other = await startJwksServer([keyFor('ES256').jwk])
  const own = await startTrusting(other)
  await list(await tokenBy(keyFor('ES256')), own)
  const fetches = other.fetches
  const stranger = await makeKey('x', 'ES256')
  const tokens = Array.from({ length: 200 }, (_, index) => tokenBy(stranger, { kid: `unknown-${index}` }))
  const answers = await Promise.all((await Promise.all(tokens)).map((token) => list(token, own)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
  expect(other.fetches).toBe(fetches + 1)
  await own.close()
  await other.close()
})

function privateJwk({ privateKey }: SigningKey): Promise<JWK> {
  return exportJWK(privateKey)
}
