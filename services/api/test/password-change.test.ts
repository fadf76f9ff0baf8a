import { afterAll, beforeAll, expect, test } from 'vitest'
import { accountOnTwoDevices, isOpen, signIn, startIssuingApp } from './support/accounts.ts'
import type { TestApp } from './support/app.ts'
import type { Client } from './support/client.ts'

let app: TestApp
beforeAll(async () => {
  app = await startIssuingApp()
})
afterAll(() => app.close())

const onTwoDevices = (at = app) => accountOnTwoDevices(at)

const next = 'a staple of correct batteries'

const change = (session: Client, current: string, headers?: Record<string, string>) =>
  session.post('/auth/password', { current_password: current, new_password: next }, headers)

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
