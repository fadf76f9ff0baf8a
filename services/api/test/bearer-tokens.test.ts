import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testSecret } from './support/app.ts'
import { Client } from './support/client.ts'
import { ask } from './support/raw.ts'
import { good, secret, signText, startAppAtMoment } from './support/shared-secret.ts'
import { encode, expectRefused, signed, unauthenticated } from './support/tokens.ts'

let app: TestApp
beforeAll(async () => {
  app = await startAppAtMoment()
})
afterAll(() => app.close())

const list = (token: string) => new Client(app.url, token).get('/tasks')

test('only HS256 is taken with a shared secret', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const payload = JSON.stringify(good)
  expectRefused(await list(await signed(good, new Uint8Array(64), { alg: 'HS512' })))
  expectRefused(await list(await signed(good, privateKey, { alg: 'RS256' })))
  expectRefused(await list(`${encode({ alg: 'none' })}.${encode(good)}.`))
  expectRefused(await list(signText(payload, { alg: 'none' })))
  expectRefused(await list(signText(payload, { alg: 'hs256' })))
  expectRefused(await list(signText(payload, { alg: 'HS512' })))
  expectRefused(await list(signText(payload, { typ: 'JWT' })))
  expect((await list(signText(payload))).status).toBe(200)
})

test('a changed payload or signature is refused, and so is a signature by another secret', async () => {
  const token = await signed(good, secret)
  const [header, , signature] = token.split('.')
  expectRefused(await list(`${header}.${encode({ ...good, sub: 'someone-else' })}.${signature}`))
  expectRefused(await list(token.slice(0, -4) + (token.endsWith('AAAA') ? 'BBBB' : 'AAAA')))
  expectRefused(await list(await signed(good, new TextEncoder().encode(`${testSecret}!`))))
  expect((await list(token)).status).toBe(200)
})

test('header parameters that ask for anything are refused or never acted on', async () => {
  const payload = JSON.stringify(good)
  expectRefused(await list(signText(payload, { alg: 'HS256', crit: ['exp'], exp: 1 })))
  expectRefused(await list(signText(payload, { alg: 'HS256', crit: [] })))
  expectRefused(await list(signText(payload, { alg: 'HS256', crit: ['b64'], b64: false })))

  const stranger = Buffer.from('a secret that the sender chose, 32 bytes')
  const jwk = { kty: 'oct', k: stranger.toString('base64url') }
  for (const header of [
    { jwk },
    { jku: 'http://127.0.0.1:9/' },
    { x5u: 'http://127.0.0.1:9/' },
    { x5c: [''] },
  ]) {
    expectRefused(await list(await signed(good, stranger, { alg: 'HS256', ...header } as { alg: string })))
    expect((await list(signText(payload, { alg: 'HS256', ...header }))).status).toBe(200)
  }
})

test('a token of 8 KiB is taken and a longer one refused', async () => {
  const empty = (await signed({ ...good, padding: '' }, secret)).length
  const padded = (bytes: number) => signed({ ...good, padding: 'x'.repeat(bytes) }, secret)
  const fitting = await padded(Math.floor(((8192 - empty) * 3) / 4))
  expect(fitting.length).toBeGreaterThan(8188)
  expect((await list(fitting)).status).toBe(200)
  const longer = await padded(Math.ceil(((8193 - empty) * 3) / 4))
  expect(longer.length).toBeLessThan(8200)
  expectRefused(await list(longer))
})

test('without a token the challenge names no error, and the body is the same', async () => {
  const token = await signed(good, secret)
  for (const lines of [
    [],
    ['Authorization: Basic dXNlcjpwYXNz'],
    [`Authorization: ${token}`],
    ['Authorization:'],
    ['Authorization: Bearer'],
  ]) {
    const answer = await ask(app.url, 'GET /tasks HTTP/1.1', ...lines)
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(JSON.parse(answer.body)).toEqual(unauthenticated)
  }
})

test('every spelling of a protected path asks for a token', async () => {
  const targets = [
    '/tasks',
    '/tasks/',
    '/%74asks',
    '/tasks/%78',
    '/tasks#x',
    '/tasks;x',
    '/me',
    '/trash/x',
    '/tasks/x/y',
  ]
  for (const target of targets) {
    const answer = await ask(app.url, `GET ${target} HTTP/1.1`)
    expect([target, [401, 404].includes(answer.status)]).toEqual([target, true])
  }
  for (const target of ['/%74asks', '/tasks#x', 'http://localhost/tasks']) {
    expect((await ask(app.url, `GET ${target} HTTP/1.1`)).status).not.toBe(500)
  }
  expect((await ask(app.url, 'GET /%74asks HTTP/1.1')).status).toBe(401)
})

test('the token is judged before the body, the query and the path', async () => {
  const client = new Client(app.url, 'x.y.z')
  expectRefused(await client.post('/tasks', '{ not json'))
  expectRefused(await client.post('/tasks', 'x'.repeat(100_000)))
  expectRefused(await client.post('/tasks', 'title=x', { 'content-type': 'text/plain' }))
  expectRefused(await client.get('/tasks?page=0&unknown=1'))
  expectRefused(await client.get('/tasks/not-a-uuid'))
  expectRefused(await client.delete('/tasks'))
})
