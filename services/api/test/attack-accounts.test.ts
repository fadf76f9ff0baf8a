import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn, signUp, startIssuingApp, withToken } from './support/accounts.ts'
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
}, 20_000)

test.each(['%E2%82%AC', 'a%0Ab', '%00', 'a%20b', '%ff', '%'])(
  'the cookie %s is no session',
  async (value) => {
    const headers = { cookie: `tasklane-session=${value}` }
    expect((await app.anonymous.get('/auth/token', headers)).status).toBe(401)
    expect((await app.anonymous.post('/auth/sign-out', undefined, headers)).status).toBe(401)
  },
)

test('a sign-in to an account that is deleted meanwhile is refused', async () => {
  for (let round = 0; round < 3; round += 1) {
    const account = await signUp(app)
    const caller = await withToken(app, account.session)
    const meanwhile = signIn(app, account)
    expect((await caller.delete('/me')).status).toBe(204)
    expect([200, 401]).toContain((await meanwhile).status)
    expect((await signIn(app, account)).status).toBe(401)
  }
})
