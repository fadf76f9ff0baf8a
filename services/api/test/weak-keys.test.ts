import { createHash, createPublicKey, type JsonWebKey, randomUUID, verify } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { weaknessOf } from '../src/auth/weak-keys.ts'
import { startTestApp, type TestApp } from './support/app.ts'
import { Client } from './support/client.ts'
import { type JwksServer, startJwksServer } from './support/jwks-server.ts'
import { captureLog, silentLog } from './support/log.ts'
import { AUDIENCE, ISSUER, makeKey, signWith, validClaims } from './support/outside-issuer.ts'
import { encode, expectRefused } from './support/tokens.ts'

const rsa = makeKey('RS256', 'sound-rsa')
const ed25519 = makeKey('EdDSA', 'sound-ed25519')
const publicJwk = (key: typeof rsa): JsonWebKey & { kid: string; alg: string } => ({
  ...key.publicKey.export({ format: 'jwk' }),
  kid: key.kid,
  alg: key.alg,
})
const n = publicJwk(rsa).n ?? ''
const base64url = (integer: bigint) => {
  const hex = integer.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
}
const integerOf = (text: string) => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`)

let issuer: JwksServer
let app: TestApp
let clock = Date.now()
beforeAll(async () => {
  issuer = await startJwksServer([publicJwk(rsa), publicJwk(ed25519)])
  const env = { JWT_SECRET: '', JWT_JWKS_URL: issuer.url, JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE }
  app = await startTestApp(env, silentLog, { now: () => clock })
})
afterAll(async () => {
  await app.close()
  await issuer.close()
})

const list = (token: string) => new Client(app.url, token).get('/tasks')

/** The issuer publishes these beside its sound keys, and we have seen it. */
async function publish(...keys: JsonWebKey[]): Promise<void> {
  issuer.keys = [publicJwk(rsa), publicJwk(ed25519), ...keys]
  clock += 40_000
  for (const key of [rsa, ed25519]) {
    const claims = { ...validClaims(), exp: Math.floor(clock / 1000) + 300, iat: undefined }
    expect((await list(signWith(key, claims))).status).toBe(200)
  }
}

const signingInput = (alg: string, kid: string) =>
  `${encode({ alg, kid })}.${encode({ ...validClaims(), sub: randomUUID(), iat: undefined, exp: Math.floor(clock / 1000) + 300 })}`

/** What EMSA-PKCS1-v1_5 makes of a text: by an exponent of 1 it is its own signature. */
function paddedHash(input: string, length: number): Buffer {
  const algorithm = Buffer.from('3031300d060960864801650304020105000420', 'hex')
  const hash = Buffer.concat([algorithm, createHash('sha256').update(input).digest()])
  const filling = Buffer.alloc(length - hash.length - 3, 0xff)
  return Buffer.concat([Buffer.from([0, 1]), filling, Buffer.from([0]), hash])
}

test('a key with an exponent of 1, for which anyone can sign, is not used', async () => {
  const weak = { ...publicJwk(rsa), kid: 'weak', e: 'AQ' }
  await publish(weak)
  const input = signingInput('RS256', 'weak')
  const signature = paddedHash(input, 256)
  expectRefused(await list(`${input}.${signature.toString('base64url')}`))
})

/** Points of small order in all their spellings, with y above the prime and with either sign of x. */
const p = 2n ** 255n - 19n
const y8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n
const smallOrders = [0n, 1n, p - 1n, p, p + 1n, y8, p - y8].flatMap((y) => [y, y + 2n ** 255n])

test.each(smallOrders)(
  'an Ed25519 key of small order, for which anyone can sign, is not used: y = %d',
  async (y) => {
    const x = Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse().toString('base64url')
    const weak = { kty: 'OKP', crv: 'Ed25519', x, kid: 'weak', alg: 'EdDSA' }
    await publish(weak)
    // One signature for all texts: the identity and 0. Of an order of 8 it fits every eighth text.
    const signature = Buffer.from([1, ...Array.from({ length: 63 }, () => 0)])
    const fits = (input: string) =>
      verify(null, Buffer.from(input), createPublicKey({ key: weak, format: 'jwk' }), signature)
    const input = Array.from({ length: 200 }, () => signingInput('EdDSA', 'weak')).find(fits)
    expect(input).toBeDefined()
    expectRefused(await list(`${input}.${signature.toString('base64url')}`))
  },
)

const modulus = integerOf(n)
test.each([
  ['no exponent', { e: undefined }],
  ['an exponent of 0', { e: 'AA' }],
  ['an exponent of 1 with zeros before it', { e: 'AAAB' }],
  ['an exponent of 2', { e: 'Ag' }],
  ['an even exponent', { e: base64url(65_536n) }],
  ['a modulus of 2,047 bits', { n: base64url(2n ** 2047n - 1n) }],
  ['a short modulus with zeros before it', { n: base64url(2n ** 1023n + 1n).padStart(400, 'A') }],
  ['an even modulus', { n: base64url(modulus + 1n) }],
  ['a modulus that is no text', { n: 3 }],
])('an RSA key with %s is weak', (_name, members) => {
  expect(weaknessOf({ ...publicJwk(rsa), ...members })).toBeTruthy()
  expect(weaknessOf(publicJwk(rsa))).toBeUndefined()
})

test.each(['Aw', 'EQ', 'AQAB', 'AQAAAAE'])('an RSA key with the exponent %s is sound', (e) => {
  expect(weaknessOf({ ...publicJwk(rsa), e })).toBeUndefined()
})

test('a key that is published with its private half, off its curve, or in pieces, opens nothing', async () => {
  const { privateKey } = makeKey('EdDSA')
  const whole = { ...privateKey.export({ format: 'jwk' }), kid: 'whole', alg: 'EdDSA' }
  const { x = '', y: _, ...rest } = makeKey('ES256').publicKey.export({ format: 'jwk' })
  await publish(
    whole,
    { ...rest, x, y: x, kid: 'off', alg: 'ES256' },
    { kty: 'RSA', kid: 'pieces', alg: 'RS256' },
  )
  const claims = { ...validClaims(), iat: undefined, exp: Math.floor(clock / 1000) + 300 }
  const opened = { alg: 'EdDSA', kid: 'whole', privateKey, publicKey: ed25519.publicKey } as const
  expectRefused(await list(signWith(opened, claims)))
  for (const [alg, kid] of [
    ['ES256', 'off'],
    ['RS256', 'pieces'],
  ] as const)
    expectRefused(await list(`${signingInput(alg, kid)}.${Buffer.alloc(64).toString('base64url')}`))
})

test('a weak key is told in the log by its name, once for each change of the keys', async () => {
  issuer.keys = [publicJwk(rsa), { ...publicJwk(rsa), kid: 'weak', e: 'AQ' }]
  const { log, lines } = captureLog('warn')
  const own = await startTestApp(
    { JWT_SECRET: '', JWT_JWKS_URL: issuer.url, JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE },
    log,
    { now: () => clock },
  )
  for (let round = 0; round < 3; round += 1) {
    clock += 40_000
    const claims = { ...validClaims(), iat: undefined, exp: Math.floor(clock / 1000) + 300 }
    expect((await new Client(own.url, signWith(rsa, claims)).get('/tasks')).status).toBe(200)
  }
  expect(lines).toEqual([
    expect.objectContaining({ kid: 'weak', weakness: expect.stringContaining('exponent'), level: 40 }),
  ])
  await own.close()
})
