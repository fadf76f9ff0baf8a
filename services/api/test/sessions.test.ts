import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Account,
  accountOnTwoDevices,
  isOpen,
  signIn,
  signUp,
  startIssuingApp,
  withToken,
} from './support/accounts.ts'
import type { TestApp } from './support/app.ts'
import { Client } from './support/client.ts'

const DAY = 24 * 60 * 60 * 1000

let app: TestApp
beforeAll(async () => {
  app = await startIssuingApp()
})
afterAll(() => app.close())

const onTwoDevices = (at = app) => accountOnTwoDevices(at)

const withCookie = (session: Client) => ({
  cookie: `tasklane-session=${encodeURIComponent(session.token ?? '')}`,
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
  'change of password': (session) =>
    session.post('/auth/password', {
      current_password: 'correct horse battery staple',
      new_password: 'a staple of correct batteries',
    }),
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
