import { generateKeyPairSync, type JsonWebKey, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RefusalReason, refusalReasons } from '../src/errors.ts'
import { freshEmail, signIn, signUp, startIssuingApp, withToken } from './support/accounts.ts'
import { startTestApp, type TestApp } from './support/app.ts'
import { type Answer, Client } from './support/client.ts'
import { type JwksServer, startJwksServer } from './support/jwks-server.ts'
import { captureLog } from './support/log.ts'
import {
  AUDIENCE,
  ISSUER,
  type Key,
  makeKey,
  signWith,
  signWithSecret,
  validClaims,
} from './support/outside-issuer.ts'
import { encode, unauthenticated, unauthenticatedBuiltIn } from './support/tokens.ts'

const key = makeKey('ES256', 'ours')
const stranger = makeKey('ES256', 'ours')
const twins = [makeKey('ES384', 'one'), makeKey('ES384', 'two')]
const opened = generateKeyPairSync('ed25519')
const jwkOf = ({ publicKey, kid, alg }: Key): JsonWebKey => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
  alg,
})

const { log, lines } = captureLog()
let issuer: JwksServer
let app: TestApp
beforeAll(async () => {
  const privateKey = { ...opened.privateKey.export({ format: 'jwk' }), kid: 'opened', alg: 'EdDSA' }
  issuer = await startJwksServer([...[key, ...twins].map(jwkOf), privateKey])
  const env = { JWT_SECRET: '', JWT_JWKS_URL: issuer.url, JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE }
  app = await startTestApp(env, log)
})
afterAll(async () => {
  await app.close()
  await issuer.close()
})

/** The reason that the log gives for an answer; the line comes just after the answer. */
async function reasonFor(send: (requestId: string) => Promise<Answer>, within = lines): Promise<unknown> {
  const requestId = randomUUID()
  await send(requestId)
  const line = () => within.find((one) => one.requestId === requestId && one.msg === 'request')
  await expect.poll(line).toBeDefined()
  expect(line()).toMatchObject({ level: 30, status: 401 })
  return line()?.reason
}

const now = Math.floor(Date.now() / 1000)
const without = (name: string) => ({ ...validClaims(), [name]: undefined })
const withClaims = (claims: object) => signWith(key, { ...validClaims(), ...claims })
const headed = (header: object) => signWith(key, validClaims(), { alg: 'ES256', kid: 'ours', ...header })
const [header, claims] = signWith(key).split('.')
const twin: Key = { ...makeKey('ES384'), ...twins[0] }

test.each<[RefusalReason, string]>([
  ['not_a_jwt', 'TYPxsjSi7tY8F.RfXr43tzNNrLUvkDsjvtYS'],
  ['not_a_jwt', 'x.y'],
  ['too_long', 'x'.repeat(8193)],
  ['malformed', `${encode('no header')}.${claims}.${'A'.repeat(86)}`],
  ['malformed', signWith(key, 'no claims')],
  ['ambiguous', signWith(key, JSON.stringify(validClaims()).replace('{', '{"sub":"x",'))],
  ['unsupported', headed({ crit: ['x'], x: 1 })],
  ['wrong_algorithm', signWithSecret('x'.repeat(32), { alg: 'HS256', kid: 'ours' })],
  ['unknown_key', headed({ kid: 'another' })],
  ['several_keys', signWith(twin, validClaims(), { alg: 'ES384' })],
  ['unusable_key', `${encode({ alg: 'EdDSA', kid: 'opened' })}.${claims}.${'A'.repeat(86)}`],
  ['bad_signature', `${header}.${claims}.${'A'.repeat(86)}`],
  ['bad_signature', signWith(stranger)],
  ['expired', withClaims({ exp: now - 60 })],
  ['not_yet_valid', withClaims({ nbf: now + 600 })],
  ['not_yet_valid', withClaims({ iat: now + 600 })],
  ['bad_exp', signWith(key, without('exp'))],
  ['bad_exp', withClaims({ exp: 'tomorrow' })],
  ['bad_time', withClaims({ nbf: 'today' })],
  ['bad_time', withClaims({ iat: 'today' })],
  ['bad_sub', signWith(key, without('sub'))],
  ['bad_sub', withClaims({ sub: '' })],
  ['wrong_issuer', withClaims({ iss: ISSUER.slice(0, -1) })],
  ['wrong_issuer', signWith(key, without('iss'))],
  ['wrong_aud', withClaims({ aud: 'account', azp: AUDIENCE })],
  ['wrong_azp', withClaims({ aud: undefined, azp: 'x', client_id: AUDIENCE })],
  ['wrong_client_id', withClaims({ aud: undefined, client_id: 'x' })],
  ['no_audience', signWith(key, without('aud'))],
])('the log says at info that a token is refused as %s, and the answer does not', async (reason, token) => {
  const send = async (requestId: string) => {
    const answer = await new Client(app.url, token).get('/tasks', { 'x-request-id': requestId })
    expect([answer.status, answer.body]).toEqual([401, unauthenticated])
    return answer
  }
  expect(await reasonFor(send)).toBe(reason)
  for (const part of token.split('.').filter((one) => one.length > 8))
    expect(JSON.stringify(lines)).not.toContain(part)
})

test('the log says that a token is missing, and gives no reason for what is let in', async () => {
  for (const authorization of [undefined, 'Basic eDp5']) {
    const headers = authorization === undefined ? {} : { authorization }
    const send = (requestId: string) => app.anonymous.get('/tasks', { ...headers, 'x-request-id': requestId })
    expect(await reasonFor(send)).toBe('no_token')
  }
  const requestId = randomUUID()
  expect((await new Client(app.url, signWith(key)).get('/tasks', { 'x-request-id': requestId })).status).toBe(
    200,
  )
  await expect.poll(() => lines.find((line) => line.requestId === requestId)).not.toHaveProperty('reason')
})

test('with the built-in issuer one body tells of the two tokens, and the log of sessions and accounts', async () => {
  const own = captureLog()
  const issuing = await startIssuingApp({}, {}, own.log)
  const account = await signUp(issuing)
  const ask = (send: (headers: Record<string, string>) => Promise<Answer>) =>
    reasonFor((requestId) => send({ 'x-request-id': requestId }), own.lines)

  for (const token of [account.session, 'x.y.z', 'x', undefined]) {
    const { status, body } = await new Client(issuing.url, token).get('/tasks')
    expect([status, body]).toEqual([401, unauthenticatedBuiltIn])
  }
  expect(await ask((headers) => new Client(issuing.url, account.session).get('/tasks', headers))).toBe(
    'not_a_jwt',
  )
  expect(await ask((headers) => issuing.anonymous.get('/auth/token', headers))).toBe('no_session')
  expect(await ask((headers) => issuing.anonymous.post('/auth/sign-out', undefined, headers))).toBe(
    'no_session',
  )
  const unknown = { email: freshEmail(), password: 'correct horse' }
  expect(await ask((headers) => signIn(issuing, unknown, headers))).toBe('wrong_credentials')

  const caller = await withToken(issuing, account.session)
  expect((await caller.delete('/me')).status).toBe(204)
  expect(await ask((headers) => caller.get('/tasks', headers))).toBe('deleted_account')
  expect(JSON.stringify(own.lines)).not.toContain(account.session)
  await issuing.close()
})

test('the documents explain every reason', () => {
  const document = readFileSync(join(import.meta.dirname, '../../../docs/tokens.md'), 'utf8')
  const [, section = ''] = document.split('## Why a 401?')
  const explained = [...section.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(
    ([, cell = '']) => cell.match(/\w+/g) ?? [],
  )
  expect(explained.filter((word) => word !== 'reason')).toEqual([...refusalReasons])
})
