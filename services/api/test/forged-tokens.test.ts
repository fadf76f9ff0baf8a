import { CompactEncrypt } from 'jose'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { TestApp } from './support/app.ts'
import { Client } from './support/client.ts'
import {
  algorithms,
  expectAccepted,
  expectTokenRefused,
  makeKey,
  makeKeys,
  type Server,
  signWith,
  signWithSecret,
  startBelievingApp,
  startCanary,
  unsigned,
  validClaims,
} from './support/outside-issuer.ts'

const keys = makeKeys()
const stranger = makeKey('ES256')

let canary: Server
let app: TestApp
beforeAll(async () => {
  canary = await startCanary()
  app = await startBelievingApp(Object.values(keys))
})
afterAll(async () => {
  await app.close()
  await canary.close()
})

afterEach(async () => {
  await expectAccepted(app.url, keys)
  // Nobody has gone where a token sent them.
  expect(canary.requests()).toBe(0)
})

const expectRefused = (token: string) => expectTokenRefused(app.url, token)

test.each(['none', 'None', 'NONE', 'nOnE', 'none ', '', null, 0, false, ['none'], { none: 1 }, undefined])(
  'a token with alg %j is refused',
  async (alg) => {
    const real = signWith(keys.ES256).split('.')
    for (const header of [{ alg }, { alg, kid: 'ES256' }, { typ: 'JWT', alg }]) {
      await expectRefused(unsigned(header))
      await expectRefused(unsigned(header, real[2]))
      await expectRefused(unsigned(header).slice(0, -1))
    }
  },
)

test.each(algorithms)('a public key for %s is no secret, however it is spelled', async (alg) => {
  const { publicKey } = keys[alg]
  const pem = String(publicKey.export({ format: 'pem', type: 'spki' }))
  const jwk = publicKey.export({ format: 'jwk' })
  const [x = '', y = '', n = ''] = [jwk.x, jwk.y, jwk.n]
  const raw = Buffer.concat([x, y, n].map((part) => Buffer.from(part, 'base64url')))
  const spellings: (string | Uint8Array)[] = [
    pem,
    pem.trim(),
    pem.replaceAll('\n', '\r\n'),
    pem.replaceAll(/-----[^-]+-----|\n/g, ''),
    publicKey.export({ format: 'der', type: 'spki' }),
    JSON.stringify(jwk),
    JSON.stringify({ ...jwk, alg, kid: alg }),
    raw,
    Buffer.concat([Buffer.from([4]), raw]),
    x,
    n,
    '',
  ]
  for (const secret of spellings) {
    for (const header of [{ alg: 'HS256', kid: alg }, { alg: 'HS256' }, { alg, kid: alg }]) {
      await expectRefused(signWithSecret(secret, header))
    }
  }
})

test('a key that a token brings along, or the address of one, is never used', async () => {
  const jwk = stranger.publicKey.export({ format: 'jwk' })
  const x5c = [stranger.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')]
  const smuggled = [
    { jwk },
    { jwk: { ...jwk, kid: 'ES256' } },
    { x5c },
    { jku: canary.url },
    { x5u: canary.url },
    { jku: canary.url, x5u: canary.url, jwk, x5c },
    { iss: canary.url, kid: canary.url },
  ]
  for (const extra of smuggled) {
    await expectRefused(signWith(stranger, validClaims(), { alg: 'ES256', ...extra }))
    await expectRefused(signWith(stranger, validClaims(), { alg: 'ES256', kid: 'ES256', ...extra }))
    // In a token that is otherwise good they are read over.
    const good = signWith(keys.ES256, validClaims(), { alg: 'ES256', kid: 'ES256', ...extra, kid2: 1 })
    const isKnown = !('kid' in extra)
    expect((await new Client(app.url, good).get('/tasks')).status).toBe(isKnown ? 200 : 401)
  }
})

test.each(
  [
    '../../../../dev/null',
    '/dev/null',
    'file:///dev/null',
    "' or 1=1 --",
    "x' union select 'secret' --",
    '__proto__',
    'constructor',
    'toString',
    '',
    'ES256\0',
    ' ES256',
    'es256',
    'k'.repeat(4000),
    0,
    {},
    [],
    ['ES256'],
    { toString: 'ES256' },
    null,
    true,
  ].map((kid) => ({ kid })),
)('the key of %j is not found', async ({ kid }) => {
  await expectRefused(signWith(keys.ES256, validClaims(), { alg: 'ES256', kid }))
  await expectRefused(signWith(stranger, validClaims(), { alg: 'ES256', kid }))
  await expectRefused(signWithSecret('', { alg: 'HS256', kid }))
})

test.each([
  { crit: [] },
  { crit: ['exp'] },
  { crit: ['b64'], b64: true },
  { crit: ['b64'], b64: false },
  { b64: false },
  { crit: ['http://example.com/unknown'], 'http://example.com/unknown': true },
  { crit: 'exp' },
  { crit: null },
])('a token with the header %j is refused, although its signature is right', async (extra) => {
  await expectRefused(signWith(keys.ES256, validClaims(), { alg: 'ES256', kid: 'ES256', ...extra }))
})

test.each(algorithms)('a key for %s serves no other algorithm', async (alg) => {
  const others = [...algorithms, 'ES512', 'RS384', 'RS512', 'PS512', 'HS256', 'HS512', 'ES256K']
  for (const other of others.filter((name) => name !== alg)) {
    await expectRefused(signWith(keys[alg], validClaims(), { alg: other, kid: alg }))
  }
})

test('an encrypted token is refused, even one for the key that the issuer publishes, bomb and all', async () => {
  const claims = Buffer.from(JSON.stringify({ ...validClaims(), bomb: 'a'.repeat(100_000) }))
  for (const zip of [{}, { zip: 'DEF' }]) {
    const token = await new CompactEncrypt(zip.zip === undefined ? claims.subarray(0, 200) : claims)
      .setProtectedHeader({ alg: 'RSA-OAEP', enc: 'A256GCM', kid: 'RS256', cty: 'JWT', ...zip })
      .encrypt(keys.RS256.publicKey)
    expect(token.split('.')).toHaveLength(5)
    await expectRefused(token)
  }
  await expectRefused(`${Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString('base64url')}....`)
})
