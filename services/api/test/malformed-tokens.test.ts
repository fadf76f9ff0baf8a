import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { TestApp } from './support/app.ts'
import { Client } from './support/client.ts'
import {
  algorithms,
  expectAccepted,
  expectTokenRefused,
  makeKeys,
  signature,
  signWith,
  startBelievingApp,
} from './support/outside-issuer.ts'
import { exchange } from './support/raw.ts'

const keys = makeKeys()

let app: TestApp
beforeAll(async () => {
  app = await startBelievingApp(Object.values(keys))
})
afterAll(() => app.close())
afterEach(() => expectAccepted(app.url, keys))

const expectRefused = (token: string) => expectTokenRefused(app.url, token)

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
