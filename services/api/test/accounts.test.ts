import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshEmail, signIn, signUp, startIssuingApp, withToken } from './support/accounts.ts'
import type { TestApp } from './support/app.ts'
import { Client } from './support/client.ts'
import { expectRefused, signed, unauthenticatedBuiltIn } from './support/tokens.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

let app: TestApp
beforeAll(async () => {
  app = await startIssuingApp()
})
afterAll(() => app.close())

test('who signs up gets a session, a token for it, and tasks of their own', async () => {
  const email = freshEmail()
  const { status, body } = await app.anonymous.post('/auth/sign-up/email', {
    email,
    password: 'correct horse',
    name: '  Alice  ',
  })
  expect(status).toBe(200)
  expect(body.user).toEqual({ id: expect.stringMatching(uuid), email, name: 'Alice' })
  const alice = await withToken(app, body.token)
  expect((await alice.post('/tasks', { title: 'Buy milk' })).status).toBe(201)

  const bob = await withToken(app, (await signUp(app)).session)
  expect((await bob.get('/tasks')).body.total).toBe(0)
  expect((await alice.get('/tasks')).body.total).toBe(1)
})

test('who signs in again finds their tasks, by an e-mail address in any case', async () => {
  const account = await signUp(app, `Mixed.${freshEmail()}`)
  expect(account.email).toBe(account.email.toLowerCase())
  const { body: task } = await (await withToken(app, account.session)).post('/tasks', { title: 'Buy milk' })

  const { status, body } = await signIn(app, { ...account, email: account.email.toUpperCase() })
  expect([status, body.user.id]).toEqual([200, account.id])
  expect(body.token).not.toBe(account.session)
  expect((await (await withToken(app, body.token)).get(`/tasks/${task.id}`)).body).toEqual(task)
})

test('a token is EdDSA for 15 minutes, names the user by id, and tells nothing else of them', async () => {
  const { id, session } = await signUp(app)
  const { token = '' } = await withToken(app, session)
  const { exp = 0, iat = 0, ...claims } = decodeJwt(token)
  expect(claims).toEqual({ sub: id, iss: 'tasklane', aud: 'tasklane' })
  expect(exp - iat).toBe(15 * 60)
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', kid: expect.any(String) })
})

test('the published keys verify a token, and hold nothing private', async () => {
  const { id, session } = await signUp(app)
  const { token = '' } = await withToken(app, session)
  const { body: jwks } = await app.anonymous.get('/.well-known/jwks.json')
  const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
    issuer: 'tasklane',
    audience: 'tasklane',
  })
  expect(payload.sub).toBe(id)
  expect(jwks.keys).toHaveLength(1)
  expect(Object.keys(jwks.keys[0]).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'x'])

  // They are for everyone, a page of another site included.
  const elsewhere = await app.anonymous.get('/.well-known/jwks.json', { origin: 'https://elsewhere.example' })
  expect(elsewhere.body).toEqual(jwks)
})

test("a session token is no access token, and another issuer's token is none either", async () => {
  const { id, session } = await signUp(app)
  expectRefused(await new Client(app.url, session).get('/tasks'), unauthenticatedBuiltIn)
  const claims = { sub: id, iss: 'tasklane', aud: 'tasklane', exp: Math.floor(Date.now() / 1000) + 60 }
  const foreign = await signed(claims, Buffer.alloc(64), { alg: 'HS256' })
  expectRefused(await new Client(app.url, foreign).get('/tasks'), unauthenticatedBuiltIn)
  expect((await (await withToken(app, session)).get('/tasks')).status).toBe(200)
})

test('an access token tells when it ends', async () => {
  const { session } = await signUp(app)
  const { body } = await new Client(app.url, session).get('/auth/token')
  const { exp = 0 } = decodeJwt(body.token)
  expect(body).toEqual({ token: body.token, expires_at: new Date(exp * 1000).toISOString() })
})

test('a taken e-mail address is a conflict, in whatever case, and of ten at once one gets it', async () => {
  const email = freshEmail()
  const attempt = (address: string) =>
    app.anonymous.post('/auth/sign-up/email', { email: address, password: 'correct horse' })
  const answers = await Promise.all(Array.from({ length: 10 }, () => attempt(email)))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 409)])
  const { status, body } = await attempt(email.toUpperCase())
  expect([status, body.code]).toEqual([409, 'conflict'])
})

test('a wrong password and an unknown address get the same answer', async () => {
  const { email } = await signUp(app)
  const wrong = await signIn(app, { email, password: 'not the password' })
  const unknown = await signIn(app, { email: freshEmail(), password: 'not the password' })
  expect([wrong.status, wrong.text]).toEqual([401, unknown.text])
  const names = ({ headers }: typeof wrong) => [...headers.keys()]
  expect(names(wrong)).toEqual(names(unknown))
  expect(wrong.headers.get('set-cookie')).toBeNull()
})

test('faulty credentials are told all at once, as problems', async () => {
  const { status, body } = await app.anonymous.post('/auth/sign-up/email', {
    email: 'nobody',
    password: 'short',
    name: 'x'.repeat(201),
    isAdmin: true,
  })
  expect(status).toBe(422)
  expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
    '/email',
    '/isAdmin',
    '/name',
    '/password',
  ])
  for (const email of [
    'a@b',
    'a b@example.com',
    'a@example.com\0',
    `${'x'.repeat(250)}@example.com`,
    'ä@@x.y',
  ]) {
    const answer = await app.anonymous.post('/auth/sign-up/email', { email, password: 'correct horse' })
    expect([email, answer.status]).toEqual([email, 422])
  }
  expect((await app.anonymous.post('/auth/sign-in/email', '{')).status).toBe(400)
  expect((await app.anonymous.get('/auth/sign-in/email')).status).toBe(405)
  expect((await app.anonymous.post('/auth/forget-password', {})).status).toBe(404)
})

test("a deleted account's tokens and sessions stop, and nothing of it can be written again", async () => {
  const own = await startIssuingApp({}, { deletedAccountsPollMilliseconds: 20 })
  const [gone, stays] = [await signUp(own), await signUp(own)]
  const [caller, other] = [await withToken(own, gone.session), await withToken(own, stays.session)]
  expect((await caller.get('/tasks')).status).toBe(200)
  await own.database.pool.query('delete from tasklane_auth."user" where id = $1', [gone.id])

  // Before the poll has seen it, a first write already finds no account.
  expectRefused(await caller.post('/tasks', { title: 'Back again' }), unauthenticatedBuiltIn)
  await expect.poll(async () => (await caller.get('/tasks')).status).toBe(401)
  expectRefused(await caller.get('/tasks'), unauthenticatedBuiltIn)
  expect((await new Client(own.url, gone.session).get('/auth/token')).status).toBe(401)
  expect((await signIn(own, gone)).status).toBe(401)
  expect((await other.post('/tasks', { title: 'Buy milk' })).status).toBe(201)
  await own.close()
})
