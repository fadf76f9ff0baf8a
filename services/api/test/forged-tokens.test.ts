import { CompactEncrypt } from 'jose'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'
import { Client } from './support/client.ts'
import {
  algorithms,
  believing,
  expectTokenRefused,
  type Key,
  makeKey,
  type Server,
  signature,
  signWith,
  signWithSecret,
  startCanary,
  startIssuer,
  unsigned,
  validClaims,
} from './support/outside-issuer.ts'
import { exchange } from './support/raw.ts'

const keys = Object.fromEntries(algorithms.map((alg) => [alg, makeKey(alg)])) as Record<Key['alg'], Key>
const stranger = makeKey('ES256')

let issuer: Server
let canary: Server
let app: TestApp
beforeAll(async () => {
  canary = await startCanary()
  issuer = await startIssuer(Object.values(keys))
  app = await startTestApp(believing(issuer))
})
afterAll(async () => {
  await app.close()
  await Promise.all([issuer.close(), canary.close()])
})

// A refusal means nothing unless the tokens of the same keys work, and nobody may have gone where a token sent them.
afterEach(async () => {
  for (const key of Object.values(keys)) {
    expect((await new Client(app.url, signWith(key)).get('/tasks')).status).toBe(200)
  }
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

test.each(algorithms)('a signature for %s that is empty, zero, cut or flipped is refused', async (alg) => {
  const [header, claims, real = ''] = signWith(keys[alg]).split('.')
  const bytes = Buffer.from(real, 'base64url')
  const flipped = Buffer.from(bytes)
  flipped[0] = (bytes[0] ?? 0) ^ 1
  const forgeries = [
    Buffer.alloc(0),
    Buffer.alloc(1),
    Buffer.alloc(bytes.length),
    Buffer.alloc(bytes.length, 0xff),
    bytes.subarray(1),
    bytes.subarray(0, -1),
    Buffer.concat([bytes, Buffer.alloc(1)]),
    flipped,
  ]
  for (const forgery of forgeries) {
    await expectRefused(`${header}.${claims}.${forgery.toString('base64url')}`)
  }
})

test.each(['RS256', 'PS256'] as const)(
  'a signature for %s without its leading zero is refused',
  async (alg) => {
    let token: string
    let bytes: Buffer
    do {
      token = signWith(keys[alg])
      bytes = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url')
    } while (bytes[0] !== 0)
    expect((await new Client(app.url, token).get('/tasks')).status).toBe(200)
    await expectRefused(
      `${token.slice(0, token.lastIndexOf('.'))}.${bytes.subarray(1).toString('base64url')}`,
    )
  },
)

test('an ES256 signature in DER is refused, and so are the orders of the curve for r and s', async () => {
  const [header, claims] = signWith(keys.ES256).split('.')
  const der = signature(keys.ES256, `${header}.${claims}`, { dsaEncoding: 'der' })
  await expectRefused(`${header}.${claims}.${der.toString('base64url')}`)
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
  await expectRefused(`${header}.${claims}.${Buffer.concat([order, order]).toString('base64url')}`)
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

test('a token is three base64url segments, spelled in the one way, and nothing else', async () => {
  const token = signWith(keys.EdDSA)
  const [header = '', claims = '', real = ''] = token.split('.')
  const last = real.at(-1) === 'A' ? 'B' : 'A'
  // The last character of 64 bytes has four bits to spare: the next one decodes to the same signature.
  const twin = `${real.slice(0, -1)}${String.fromCharCode((real.at(-1) ?? 'A').charCodeAt(0) + 1)}`
  const forgeries = [
    `${token}=`,
    `${token}==`,
    `${header}=.${claims}.${real}`,
    `${header}.${claims}==.${real}`,
    `${token}.`,
    `.${token}`,
    `${token}.${real}`,
    `${header}.${claims}`,
    `${header}..${real}`,
    `.${claims}.${real}`,
    `${header} .${claims}.${real}`,
    `${header}. ${claims}.${real}`,
    `${header}.${claims}.\t${real}`,
    `${token},${token}`,
    `${token} ${token}`,
    `"${token}"`,
    `${real.slice(0, 10)}+/${token}`,
    `${header}.${claims}.${real.slice(0, -1)}${last}${last}${last}`,
    `${header}.${claims}.${twin}`,
    `${token} x`,
    `${token}.x`,
    `${header}\t.${claims}.${real}`,
    `${header}.${claims}.`,
    `${header}.${claims}.+/${real}`,
    '...',
    'x',
    '""',
    'null',
    'undefined',
    '[object Object]',
    'a.a.a',
    'a'.repeat(8000),
    `${header}.${claims}.${'a'.repeat(15_000)}`,
    `${'a'.repeat(5000)}.${'a'.repeat(5000)}.${'a'.repeat(5000)}`,
  ]
  for (const forgery of forgeries) await expectRefused(forgery)
  expect((await new Client(app.url, token).get('/tasks')).status).toBe(200)
})

test('a token counts in one Authorization header, as Bearer, and nowhere else', async () => {
  const token = signWith(keys.EdDSA)
  const get = (...headers: string[]) =>
    exchange(app.url, `${['GET /tasks HTTP/1.1', 'Host: x', ...headers].join('\r\n')}\r\n\r\n`)
  const refused = [
    [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`],
    [`Authorization: Bearer ${token}`, 'Authorization: Bearer other'],
    [`authorization: Bearer ${token}`, 'AUTHORIZATION: Basic YTpi'],
    ['Authorization: Bearer other', `Authorization: Bearer ${token}`],
    ['Authorization: Basic YTpi', `Authorization: Bearer ${token}`],
    [`X-Access-Token: ${token}`],
    [`Authorization: ${token}`],
    [`Authorization: Bearer${token}`],
    [`Authorization: Bearer\t${token}`],
    [`Authorization: Bearer: ${token}`],
    [`Authorization: Bearer Bearer ${token}`],
    [`Authorization: Basic ${Buffer.from(`bearer:${token}`).toString('base64')}`],
    [`Authorization: JWT ${token}`],
    [`Proxy-Authorization: Bearer ${token}`],
    [`X-Authorization: Bearer ${token}`],
    [`Cookie: Authorization=Bearer ${token}; token=${token}; tasklane-session=${token}`],
  ]
  for (const headers of refused) expect((await get(...headers))?.status, headers.join()).toBe(401)
  const anonymous = app.anonymous
  expect((await anonymous.get(`/tasks?access_token=${token}&token=${token}`)).status).toBe(401)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  expect((await anonymous.post('/tasks', `access_token=${token}`, form)).status).toBe(401)

  for (const scheme of ['Bearer', 'bearer', 'BEARER', 'Bearer  ']) {
    expect((await get(`Authorization: ${scheme} ${token}`))?.status).toBe(200)
  }
})
