import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { Attempts, networkOf } from '../src/auth/attempts.ts'
import { signIn, signUp, startIssuingApp } from './support/accounts.ts'

/** More guesses than an address has in a minute, all at once, each from where `headers` claims. */
async function guess(app: Parameters<typeof signIn>[0], headers: (index: number) => Record<string, string>) {
  const email = `${randomUUID()}@example.com`
  const guesses = Array.from({ length: 13 }, (_, index) =>
    signIn(app, { email, password: `guess number ${index}` }, headers(index)),
  )
  return (await Promise.all(guesses)).map(({ status }) => status).sort()
}

const limited = [...Array.from({ length: 10 }, () => 401), 429, 429, 429]

test('guessing is limited by address, whatever X-Forwarded-For claims', async () => {
  const app = await startIssuingApp()
  const account = await signUp(app)
  // Signing in rightly costs no attempt.
  expect((await signIn(app, account)).status).toBe(200)
  const statuses = await guess(app, (index) => ({
    'x-forwarded-for': `192.0.2.${index}`,
    forwarded: `for=192.0.2.${index}`,
    'x-real-ip': `192.0.2.${index}`,
  }))
  expect(statuses).toEqual(limited)
  const { status, headers, body } = await signIn(app, account)
  expect([status, body.code]).toEqual([429, 'rate_limited'])
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  await app.close()
})

test('behind a trusted proxy one client never locks out another', async () => {
  const app = await startIssuingApp({ TRUST_PROXY: '127.0.0.1' })
  const account = await signUp(app)
  const from = (address: string) => ({ 'x-forwarded-for': address })
  // Some gateways write the port as well, which is another one with every connection.
  expect(await guess(app, (index) => from(`192.0.2.1:${40_000 + index}`))).toEqual(limited)
  expect((await signIn(app, account, from('192.0.2.1'))).status).toBe(429)
  expect((await signIn(app, account, from('192.0.2.2'))).status).toBe(200)
  // What the client itself writes in front of the proxy's entry is not believed.
  expect((await signIn(app, account, from('203.0.113.9, 192.0.2.1'))).status).toBe(429)
  await app.close()
})

test('an address may try again after a minute, and a success gives its attempt back', () => {
  let now = 0
  const attempts = new Attempts(2, () => now)
  attempts.take('192.0.2.1')()
  attempts.take('192.0.2.1')
  attempts.take('192.0.2.1')
  expect(() => attempts.take('192.0.2.1')).toThrow('try again in 60 s')
  attempts.take('192.0.2.2')
  now = 59_999
  expect(() => attempts.take('192.0.2.1')).toThrow('try again in 1 s')
  now = 60_000
  attempts.take('192.0.2.1')
})

test('a success that comes back after its minute is over takes nothing off the next', () => {
  let now = 0
  const attempts = new Attempts(1, () => now)
  const takeBack = attempts.take('192.0.2.1')
  now = 60_000
  attempts.take('192.0.2.1')
  takeBack()
  expect(() => attempts.take('192.0.2.1')).toThrow('Too many attempts')
})

test('an IPv6 network of one subscriber counts as one address', () => {
  expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe(networkOf('2001:db8:1:2::9'))
  expect(networkOf('2001:db8:1:2::9')).not.toBe(networkOf('2001:db8:1:3::9'))
  expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0')
  expect(networkOf('::1')).toBe('0:0:0:0')
  expect(networkOf('192.0.2.1')).toBe('192.0.2.1')
})
