import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn, signUp, startIssuingApp, withToken } from './support/accounts.ts'
import type { TestApp } from './support/app.ts'
import { Client } from './support/client.ts'

let app: TestApp
beforeAll(async () => {
  app = await startIssuingApp()
})
afterAll(() => app.close())

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
