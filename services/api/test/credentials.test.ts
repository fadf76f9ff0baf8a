import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshEmail, signIn, signUp, startIssuingApp, withToken } from './support/accounts.ts'
import type { TestApp } from './support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startIssuingApp()
})
afterAll(() => app.close())

test.each([
  'ä@example.com',
  'a..b@example.com',
  'a@example.c',
  '.a@example.com',
  'a@-example.com',
  'a@ex_ample.com',
])('%s is told to be no e-mail address', async (email) => {
  const credentials = { email, password: 'correct horse' }
  for (const path of ['/auth/sign-up/email', '/auth/sign-in/email']) {
    expect(await app.anonymous.post(path, credentials)).toMatchObject({
      status: 422,
      body: { errors: [{ in: 'body', path: '/email', message: 'must be an e-mail address' }] },
    })
  }
})

test('an e-mail address that is all dots is refused as fast as any other', async () => {
  const email = `a@${'.'.repeat(64_000)}@`
  const attempts = Array.from({ length: 10 }, () =>
    app.anonymous.post('/auth/sign-in/email', { email, password: 'correct horse' }),
  )
  for (const { status } of await Promise.all(attempts)) expect(status).toBe(422)
})

test('a password has 8 to 128 characters, whatever characters they are', async () => {
  const attempt = (password: string, email = freshEmail()) =>
    app.anonymous.post('/auth/sign-up/email', { email, password })
  const long = '😀'.repeat(128)
  for (const password of ['1234567', 'x'.repeat(129), `${long}😀`]) {
    const { status, body } = await attempt(password)
    expect([status, body.errors[0].path]).toEqual([422, '/password'])
    expect(JSON.stringify(body)).not.toContain(password)
  }
  expect((await attempt('12345678')).status).toBe(200)

  const email = freshEmail()
  expect((await attempt(long, email)).status).toBe(200)
  expect((await signIn(app, { email, password: long })).status).toBe(200)
  expect((await signIn(app, { email, password: `${long}😀` })).status).toBe(422)
  expect((await signIn(app, { email, password: '😁'.repeat(128) })).status).toBe(401)
})

test('a password is kept as a hash that is slow to guess, and nothing else of it is in the table', async () => {
  const own = await startIssuingApp({}, { passwordCost: undefined })
  const { id } = await signUp(own)
  const { rows } = await own.database.pool.query<{ password: string }>(
    'select password from tasklane_auth.account where "userId" = $1',
    [id],
  )
  expect(rows[0]?.password).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/)
  await own.close()
})

test.each(['%E2%82%AC', 'a%0Ab', '%00', 'a%20b', '%ff', '%'])(
  'the cookie %s is no session',
  async (value) => {
    const headers = { cookie: `tasklane-session=${value}` }
    expect((await app.anonymous.get('/auth/token', headers)).status).toBe(401)
    expect((await app.anonymous.post('/auth/sign-out', undefined, headers)).status).toBe(401)
  },
)

test('a sign-in to an account that is deleted meanwhile is refused', async () => {
  // The hash takes its time, and so the deletion is likely to come in the middle.
  const own = await startIssuingApp({}, { passwordCost: undefined })
  for (let round = 0; round < 3; round += 1) {
    const account = await signUp(own)
    const caller = await withToken(own, account.session)
    const meanwhile = signIn(own, account)
    expect((await caller.delete('/me')).status).toBe(204)
    expect([200, 401]).toContain((await meanwhile).status)
    expect((await signIn(own, account)).status).toBe(401)
  }
  await own.close()
})
