import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Account, signIn, signUp, startIssuingApp, withToken } from './support/accounts.ts'
import type { TestApp } from './support/app.ts'
import { Client } from './support/client.ts'

const DAY = 24 * 60 * 60 * 1000

let app: TestApp
beforeAll(async () => {
  app = await startIssuingApp()
})
afterAll(() => app.close())

const next = 'a staple of correct batteries'

/** An account whose owner is signed in on this device and on another. */
async function onTwoDevices(at: TestApp = app) {
  const account = await signUp(at)
  const here = new Client(at.url, account.session)
  const there = new Client(at.url, (await signIn(at, account)).body.token)
  return { account, here, there }
}

const isOpen = async (session: Client) => (await session.get('/auth/token')).status === 200

const change = (session: Client, current: string, headers?: Record<string, string>) =>
  session.post('/auth/password', { current_password: current, new_password: next }, headers)

const withCookie = (session: Client) => ({
  cookie: `tasklane-session=${encodeURIComponent(session.token ?? '')}`,
})

test('another password keeps this session, ends the others of the account, and the old one opens nothing', async () => {
  const { account, here, there } = await onTwoDevices()
  const stranger = await onTwoDevices()
  expect([await isOpen(here), await isOpen(there)]).toEqual([true, true])

  const { status, text } = await change(here, account.password)
  expect([status, text]).toEqual([204, ''])
  expect([await isOpen(here), await isOpen(there), await isOpen(stranger.there)]).toEqual([true, false, true])
  expect((await signIn(app, account)).status).toBe(401)
  expect((await signIn(app, { ...account, password: next })).status).toBe(200)
  expect((await signIn(app, stranger.account)).status).toBe(200)
})

test('a wrong current password is named, and changes nothing', async () => {
  const { account, here, there } = await onTwoDevices()
  const { status, body } = await change(here, 'not my password')
  expect([status, body.code, body.errors]).toEqual([
    422,
    'validation_failed',
    [{ in: 'body', path: '/current_password', message: 'is not the password' }],
  ])
  expect([await isOpen(here), await isOpen(there)]).toEqual([true, true])
  expect((await signIn(app, account)).status).toBe(200)
})

test('a password is held against the same rules as at a sign-up, and nothing else is taken', async () => {
  const { account, here } = await onTwoDevices()
  const current_password = account.password
  for (const [body, path] of [
    [{ current_password, new_password: 'short' }, '/new_password'],
    [{ current_password, new_password: '\u{1f600}'.repeat(129) }, '/new_password'],
    [{ current_password, new_password: 'with a NUL \0 inside' }, '/new_password'],
    [{ current_password, new_password: null }, '/new_password'],
    [{ new_password: next }, '/current_password'],
    [{ current_password, new_password: next, user_id: account.id }, '/user_id'],
  ] as const) {
    const answer = await here.post('/auth/password', body)
    expect([answer.status, answer.body.errors[0].path], JSON.stringify(body)).toEqual([422, path])
  }
  expect((await signIn(app, account)).status).toBe(200)
  const longest = '\u{1f600}'.repeat(128)
  expect((await here.post('/auth/password', { current_password, new_password: longest })).status).toBe(204)
  expect((await signIn(app, { ...account, password: longest })).status).toBe(200)
})

test('of several changes at once that know one password, one goes through', async () => {
  const { account, here, there } = await onTwoDevices()
  const answers = await Promise.all(
    [here, there, here].map((session, index) =>
      session.post('/auth/password', {
        current_password: account.password,
        new_password: `the password of change ${index}`,
      }),
    ),
  )
  const done = answers.flatMap(({ status }, index) => (status === 204 ? [index] : []))
  expect(done).toHaveLength(1)
  const password = `the password of change ${done[0]}`
  expect((await signIn(app, { ...account, password })).status).toBe(200)
})

test('guessing the current password is limited as signing in is, together with it', async () => {
  const own = await startIssuingApp()
  const { account, here } = await onTwoDevices(own)
  for (const _right of [1, 2]) {
    const same = { current_password: account.password, new_password: account.password }
    expect((await here.post('/auth/password', same)).status).toBe(204)
  }
  const guesses = await Promise.all(
    Array.from({ length: 12 }, (_, index) => change(here, `guess number ${index}`)),
  )
  const statuses = guesses.map(({ status }) => status).sort()
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 422), 429, 429])
  const refused = await change(here, account.password)
  expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited'])
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await signIn(own, account)).status).toBe(429)
  await own.close()
})

test('guesses for one account are limited from wherever they come, and no other account for them', async () => {
  const own = await startIssuingApp({ TRUST_PROXY: '127.0.0.1' })
  const { account, here } = await onTwoDevices(own)
  const stranger = await onTwoDevices(own)
  const from = (index: number) => ({ 'x-forwarded-for': `192.0.2.${index}` })
  const guesses = await Promise.all(
    Array.from({ length: 11 }, (_, index) => change(here, `guess number ${index}`, from(index))),
  )
  expect(guesses.filter(({ status }) => status === 429)).toHaveLength(1)
  expect((await change(here, account.password, from(99))).status).toBe(429)
  expect((await change(stranger.here, stranger.account.password, from(1))).status).toBe(204)
  await own.close()
})

test('the sessions of an account are listed, this one first, without a secret', async () => {
  const { account, here, there } = await onTwoDevices()
  await onTwoDevices()
  const { status, body, text } = await here.get('/auth/sessions')
  expect(status).toBe(200)
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const times = { created_at: time, last_used_at: time, expires_at: time }
  expect(body).toEqual({
    data: [
      { id: expect.any(String), ...times, is_current: true },
      { id: expect.any(String), ...times, is_current: false },
    ],
  })
  for (const { last_used_at, expires_at } of body.data) {
    expect(Date.parse(expires_at) - Date.parse(last_used_at)).toBeCloseTo(30 * DAY, -4)
  }
  for (const secret of [here, there].map(({ token = '' }) => token.split('.')[0] ?? token)) {
    expect(text).not.toContain(secret)
  }
  const other = (await there.get('/auth/sessions')).body.data
  expect(other.map(({ id }: { id: string }) => id)).toEqual([body.data[1].id, body.data[0].id])
  const byCookie = await app.anonymous.get('/auth/sessions', withCookie(here))
  expect(byCookie.body).toEqual(body)
  expect(text).not.toContain(account.email)
})

test('one session is ended by its id, and no other', async () => {
  const { here, there } = await onTwoDevices()
  const [, other] = (await here.get('/auth/sessions')).body.data
  const { status, text, headers } = await here.delete(`/auth/sessions/${other.id.toUpperCase()}`)
  expect([status, text, headers.get('set-cookie')]).toEqual([204, '', null])
  expect([await isOpen(here), await isOpen(there)]).toEqual([true, false])
  expect((await here.delete(`/auth/sessions/${other.id}`)).status).toBe(404)
  expect((await here.get('/auth/sessions')).body.data).toHaveLength(1)
})

test('ending the own session by its id signs out, the cookie too', async () => {
  const { here, there } = await onTwoDevices()
  const [own] = (await here.get('/auth/sessions')).body.data
  const { status, headers } = await app.anonymous.delete(`/auth/sessions/${own.id}`, withCookie(here))
  expect(status).toBe(204)
  expect(headers.get('set-cookie')).toMatch(/^tasklane-session=; .*Max-Age=0/)
  expect([await isOpen(here), await isOpen(there)]).toEqual([false, true])
})

test('the session of a stranger is as one that never was, and goes on', async () => {
  const { here } = await onTwoDevices()
  const stranger = await onTwoDevices()
  const [, theirs] = (await stranger.here.get('/auth/sessions')).body.data
  const expired = await onTwoDevices()
  const [, old] = (await expired.here.get('/auth/sessions')).body.data
  await app.database.pool.query(
    `update tasklane_auth.session set "expiresAt" = now() - interval '1 s' where id = $1`,
    [old.id],
  )
  const told = async (session: Client, id: string) => {
    const { status, text, headers } = await session.delete(`/auth/sessions/${id}`)
    const names = [...headers].map(([name]) => name).sort()
    return { status, text, names }
  }
  const none = await told(here, randomUUID())
  expect(none.status).toBe(404)
  expect(await told(here, theirs.id)).toEqual(none)
  expect(await told(expired.here, old.id)).toEqual(none)
  expect(await isOpen(stranger.there)).toBe(true)
  expect(await told(stranger.here, theirs.id)).toMatchObject({ status: 204 })
  const bad = await here.delete('/auth/sessions/not-an-id')
  expect([bad.status, bad.body.errors[0].path]).toEqual([422, '/id'])
})

test('all other sessions end at once, however many there are', async () => {
  const { account, here, there } = await onTwoDevices()
  const stranger = await onTwoDevices()
  await app.database.pool.query(
    `insert into tasklane_auth.session ("expiresAt", token, "updatedAt", "userId")
     select now() + interval '1 day', gen_random_uuid()::text, now(), $1 from generate_series(1, 1200)`,
    [account.id],
  )
  const before = (await here.get('/auth/sessions')).body.data
  expect(before).toHaveLength(1000)
  expect(before[0].is_current).toBe(true)
  expect((await here.delete('/auth/sessions')).status).toBe(204)
  expect((await here.get('/auth/sessions')).body.data).toHaveLength(1)
  expect([await isOpen(here), await isOpen(there), await isOpen(stranger.there)]).toEqual([true, false, true])
})

test('a session lives 30 days from its last use, and its cookie with it', async () => {
  const { account, here } = await onTwoDevices()
  const passes = (days: number) =>
    app.database.pool.query(
      `update tasklane_auth.session set "expiresAt" = "expiresAt" - make_interval(days => $2),
         "updatedAt" = "updatedAt" - make_interval(days => $2) where "userId" = $1`,
      [account.id, days],
    )
  const maxAge = /^tasklane-session=[^;]+; Path=\/; Max-Age=2592000; /
  for (const _time of [1, 2, 3]) {
    await passes(29)
    const { status, headers } = await app.anonymous.get('/auth/token', withCookie(here))
    expect([status, headers.get('set-cookie')]).toEqual([200, expect.stringMatching(maxAge)])
    const again = await app.anonymous.get('/auth/token', withCookie(here))
    expect([again.status, again.headers.get('set-cookie')]).toEqual([200, null])
  }
  await passes(29)
  const byToken = await here.get('/auth/token')
  expect([byToken.status, byToken.headers.get('set-cookie')]).toEqual([200, null])
  await passes(30)
  expect(await isOpen(here)).toBe(false)
})

type Ask = (session: Client) => Promise<{ status: number; body: { code: string } }>
const asks: Record<string, Ask> = {
  'change of password': (session) => change(session, 'correct horse battery staple'),
  'list of sessions': (session) => session.get('/auth/sessions'),
  'end of a session': (session) => session.delete(`/auth/sessions/${randomUUID()}`),
  'end of all other sessions': (session) => session.delete('/auth/sessions'),
}

test.each(Object.entries(asks))(
  'the %s asks for a session, and an access token is none',
  async (_what, ask) => {
    const account: Account = await signUp(app)
    const caller = await withToken(app, account.session)
    const ended = new Client(app.url, (await signIn(app, account)).body.token)
    expect((await ended.post('/auth/sign-out')).status).toBe(200)
    for (const session of [app.anonymous, caller, ended, new Client(app.url, 'x.y')]) {
      const { status, body } = await ask(session)
      expect([status, body.code]).toEqual([401, 'unauthenticated'])
    }
    expect(await isOpen(new Client(app.url, account.session))).toBe(true)
  },
)

test('another method is 405 with the methods that there are', async () => {
  const allowed = async (method: string, path: string) => {
    const { status, headers } = await app.anonymous.request(method, path)
    return [status, headers.get('allow')]
  }
  expect(await allowed('GET', '/auth/password')).toEqual([405, 'POST'])
  expect(await allowed('PUT', '/auth/sessions')).toEqual([405, 'DELETE, GET, HEAD'])
  expect(await allowed('GET', `/auth/sessions/${randomUUID()}`)).toEqual([405, 'DELETE'])
})
