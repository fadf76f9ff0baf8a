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

test('the session comes by cookie as well', async () => {
  const account = await signUp(app)
  const { headers } = await signIn(app, account)
  const [cookie = ''] = (headers.get('set-cookie') ?? '').split(';')
  const { status, body } = await app.anonymous.get('/auth/token', { cookie: `other=1; ${cookie}` })
  expect([status, decodeJwt(body.token).sub]).toEqual([200, account.id])
})

test('signing out ends that session and no other', async () => {
  const account = await signUp(app)
  const { body: second } = await signIn(app, account)
  const { status, headers } = await new Client(app.url, account.session).post('/auth/sign-out')
  expect(status).toBe(200)
  expect(headers.get('set-cookie')).toMatch(/^tasklane-session=; .*Max-Age=0/)
  expect((await new Client(app.url, account.session).get('/auth/token')).status).toBe(401)
  expect((await new Client(app.url, second.token).get('/auth/token')).status).toBe(200)
})

test('signing out without a session that is there is a 401 that clears the cookie, and ends no other', async () => {
  const account = await signUp(app)
  const signOut = (client: Client, headers?: Record<string, string>) =>
    client.post('/auth/sign-out', undefined, headers)
  const { token = '' } = await withToken(app, account.session)
  for (const client of [app.anonymous, new Client(app.url, 'no-such-session'), new Client(app.url, token)]) {
    const { status, headers, body } = await signOut(client)
    expect([status, body.code]).toEqual([401, 'unauthenticated'])
    expect(headers.get('www-authenticate')).toBe('Bearer')
    expect(headers.get('set-cookie')).toMatch(/^tasklane-session=; .*Max-Age=0/)
  }
  expect((await signOut(app.anonymous, { cookie: 'tasklane-session=x.y' })).status).toBe(401)
  const cookie = `tasklane-session=${encodeURIComponent(account.session)}`
  expect((await signOut(app.anonymous, { cookie })).status).toBe(200)
  expect((await signOut(app.anonymous, { cookie })).status).toBe(401)
  expect((await signOut(new Client(app.url, account.session))).status).toBe(401)
})

test('signing out is no success while the session stays', async () => {
  const { id, session } = await signUp(app)
  await app.database.pool.query(`create function keep_session() returns trigger language plpgsql as
    $$ begin raise exception 'kept'; end $$`)
  await app.database.pool.query(`create trigger keep_session before delete on tasklane_auth.session
    for each row when (old."userId" = '${id}') execute function keep_session()`)
  const client = new Client(app.url, session)
  expect((await client.post('/auth/sign-out')).status).toBe(500)
  expect((await client.get('/auth/token')).status).toBe(200)
})

test('the document says of signing out, as of getting a token, that it needs a session', async () => {
  const { body } = await app.anonymous.get('/openapi.json')
  const session = [{ session: [] }, { sessionCookie: [] }]
  const operations = Object.values(body.paths).flatMap((path) => Object.values(path as object))
  const needing = operations.filter(({ security }) => JSON.stringify(security) === JSON.stringify(session))
  expect(needing.map(({ operationId }) => operationId).sort()).toEqual([
    'changePassword',
    'endOtherSessions',
    'endSession',
    'getToken',
    'listSessions',
    'signOut',
  ])
  expect(body.paths['/auth/sign-out'].post.responses).toHaveProperty('401')
})

test('an access token tells when it ends', async () => {
  const { session } = await signUp(app)
  const { body } = await new Client(app.url, session).get('/auth/token')
  const { exp = 0 } = decodeJwt(body.token)
  expect(body).toEqual({ token: body.token, expires_at: new Date(exp * 1000).toISOString() })
})

test('a session token that is cut, changed or taken from the table opens nothing', async () => {
  const { id, session } = await signUp(app)
  const { rows } = await app.database.pool.query<{ token: string }>(
    'select token from tasklane_auth.session where "userId" = $1',
    [id],
  )
  const stored = rows[0]?.token ?? ''
  expect(session.startsWith(`${stored}.`)).toBe(true)
  for (const token of [stored, session.slice(0, -8), `${stored}.${'A'.repeat(43)}`, 'x', '%']) {
    const { status, headers } = await new Client(app.url, token).get('/auth/token')
    expect([token, status]).toEqual([token, 401])
    expect(headers.get('www-authenticate')).toBe('Bearer')
  }
  for (const cookie of ['tasklane-session=', 'tasklane-session=%', `tasklane-session=${stored}`]) {
    expect((await app.anonymous.get('/auth/token', { cookie })).status).toBe(401)
  }
  expect((await new Client(app.url, session).get('/auth/token')).status).toBe(200)
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

test('a page of another site is refused, one of ours or of a listed site is not', async () => {
  const account = await signUp(app)
  const elsewhere = { origin: 'https://elsewhere.example' }
  const { host } = new URL(app.url)
  for (const headers of [
    elsewhere,
    { origin: 'null' },
    { origin: `https://${host}` },
    { 'sec-fetch-site': 'cross-site' },
  ]) {
    const { status, body } = await signIn(app, account, headers)
    expect([status, body.code]).toEqual([403, 'forbidden'])
  }
  const session = new Client(app.url, account.session)
  expect((await session.post('/auth/sign-out', undefined, elsewhere)).status).toBe(403)
  expect((await session.get('/auth/token', elsewhere)).status).toBe(403)
  expect((await session.get('/auth/token', { origin: app.url })).status).toBe(200)

  const friendly = await startIssuingApp({ CORS_ORIGINS: 'https://elsewhere.example' })
  expect((await signIn(friendly, await signUp(friendly), elsewhere)).status).toBe(200)
  await friendly.close()
})

test('over plain HTTP the cookie is for this host and no script', async () => {
  const { headers } = await signIn(app, await signUp(app))
  expect(headers.get('set-cookie')).toMatch(
    /^tasklane-session=[^;]+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/,
  )
})

test('over HTTPS, as a trusted proxy tells it, the cookie is tied to TLS and the host', async () => {
  const proxied = await startIssuingApp({ TRUST_PROXY: '127.0.0.1' })
  const https = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'tasks.example' }
  const account = await signUp(proxied)
  const { headers } = await signIn(proxied, account, { ...https, origin: 'https://tasks.example' })
  const cookie = headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(
    /^__Host-tasklane-session=[^;]+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure$/,
  )
  const [pair = ''] = cookie.split(';')
  expect((await proxied.anonymous.get('/auth/token', { ...https, cookie: pair })).status).toBe(200)
  // Whoever is not a proxy of ours cannot say so.
  const direct = await signIn(app, await signUp(app), https)
  expect(direct.headers.get('set-cookie')).toMatch(/^tasklane-session=/)
  await proxied.close()
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
