import type { JWTPayload } from 'jose'
import { v5 as uuidV5 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'
import { Client } from './support/client.ts'
import { silentLog } from './support/log.ts'
import {
  audience,
  good,
  issuer,
  now,
  secret,
  signText,
  startAppAtMoment,
  sub,
} from './support/shared-secret.ts'
import { expectRefused, signed } from './support/tokens.ts'

let app: TestApp
beforeAll(async () => {
  app = await startAppAtMoment()
})
afterAll(() => app.close())

const list = (token: string) => new Client(app.url, token).get('/tasks')

test('a token of ours is accepted, with nbf and iat or without', async () => {
  expect((await list(await signed(good, secret))).status).toBe(200)
  const dated = await signed({ ...good, nbf: 1_799_999_000, iat: 1_799_999_000 }, secret)
  expect((await list(dated)).status).toBe(200)
})

const { exp: _exp, ...withoutExp } = good
const { sub: _sub, ...withoutSub } = good
const { iss: _iss, ...withoutIss } = good
const { aud: _aud, ...withoutAud } = good
const faultyClaims: Record<string, string> = {
  'no exp': JSON.stringify(withoutExp),
  'no sub': JSON.stringify(withoutSub),
  'no iss': JSON.stringify(withoutIss),
  'no aud': JSON.stringify(withoutAud),
  'a textual exp': JSON.stringify({ ...good, exp: '1800000300' }),
  'a null exp': JSON.stringify({ ...good, exp: null }),
  'an exp beyond all numbers': JSON.stringify(good).replace('1800000300', '1e400'),
  'an exp long ago': JSON.stringify({ ...good, exp: 1 }),
  'a negative exp': JSON.stringify({ ...good, exp: -1 }),
  'a textual nbf': JSON.stringify({ ...good, nbf: '0' }),
  'an nbf beyond all numbers': `${JSON.stringify(good).slice(0, -1)},"nbf":1e400}`,
  'a null iat': JSON.stringify({ ...good, iat: null }),
  'a textual iat': JSON.stringify({ ...good, iat: '0' }),
  'an empty sub': JSON.stringify({ ...good, sub: '' }),
  'a null sub': JSON.stringify({ ...good, sub: null }),
  'a numeric sub': JSON.stringify({ ...good, sub: 42 }),
  'a sub that is an object': JSON.stringify({ ...good, sub: { not: 'x' } }),
  'a sub that is a list': JSON.stringify({ ...good, sub: [sub] }),
  'a sub of 256 characters': JSON.stringify({ ...good, sub: 'x'.repeat(256) }),
  'a sub with NUL': JSON.stringify({ ...good, sub: 'a\0b' }),
  'a sub with a lone surrogate': JSON.stringify(good).replace(sub, '\\ud800'),
  "another's iss": JSON.stringify({ ...good, iss: 'https://other.example/' }),
  'an iss without the slash': JSON.stringify({ ...good, iss: 'https://issuer.example' }),
  'an iss in capitals': JSON.stringify({ ...good, iss: issuer.toUpperCase() }),
  'an iss that is a list': JSON.stringify({ ...good, iss: [issuer] }),
  "another's aud": JSON.stringify({ ...good, aud: 'other' }),
  'an aud that begins with ours': JSON.stringify({ ...good, aud: 'tasks2' }),
  'a list of other auds': JSON.stringify({ ...good, aud: ['other', 'task'] }),
  'an empty list of auds': JSON.stringify({ ...good, aud: [] }),
  'a payload that is a list': '[]',
  'a payload that is null': 'null',
  'a payload that is no JSON': '{"sub":',
}

test.each(Object.entries(faultyClaims))('a signed token with %s is refused', async (_fault, payload) => {
  expectRefused(await list(signText(payload)))
  expect((await list(signText(JSON.stringify(good)))).status).toBe(200)
})

test('an aud may be a list that has ours in it', async () => {
  const token = await signed({ ...good, aud: ['other', audience] }, secret)
  expect((await list(token)).status).toBe(200)
})

test('clocks may differ by 30 seconds and no more', async () => {
  const second = Math.floor(now)
  const accepted = [{ exp: second - 29 }, { nbf: second + 30 }, { iat: second + 30 }]
  for (const claims of accepted) {
    expect((await list(await signed({ ...good, ...claims }, secret))).status).toBe(200)
  }
  for (const claims of [{ exp: second - 30 }, { nbf: second + 31 }, { iat: second + 31 }]) {
    expectRefused(await list(await signed({ ...good, ...claims }, secret)))
  }
  const half = await startTestApp({}, silentLog, { now: () => (second + 0.5) * 1000 })
  const askHalf = async (exp: number) =>
    new Client(half.url, await signed({ ...good, exp }, secret)).get('/tasks')
  expect((await askHalf(second - 29.25)).status).toBe(200)
  expectRefused(await askHalf(second - 29.75))
  await half.close()
})

test('a token stops at its expiry even though it was verified a moment before', async () => {
  let clock = now * 1000
  const own = await startTestApp({}, silentLog, { now: () => clock })
  const client = new Client(own.url, await signed({ sub, exp: Math.floor(now) + 5 }, secret))
  expect((await client.get('/tasks')).status).toBe(200)
  clock += 34_000
  expect((await client.get('/tasks')).status).toBe(200)
  clock += 1_000
  expectRefused(await client.get('/tasks'))
  await own.close()
})

test('a UUID as sub is the user, in whatever case it is written', async () => {
  const lower = new Client(app.url, await signed(good, secret))
  const upper = new Client(app.url, await signed({ ...good, sub: sub.toUpperCase() }, secret))
  const { body: task } = await lower.post('/tasks', { title: 'Buy milk' })
  expect((await upper.get(`/tasks/${task.id}`)).body).toEqual(task)
})

test.each(['auth0|5f7c8ec7c33c6c004bbafe82', 'user_2abc', 'x', 'é'.repeat(255), '😀'.repeat(255)])(
  'the sub %s is a user of its own',
  async (subject) => {
    const client = new Client(app.url, await signed({ ...good, sub: subject }, secret))
    const other = new Client(app.url, await signed({ ...good, sub: `${subject.slice(0, 20)}2` }, secret))
    const { body: task } = await client.post('/tasks', { title: 'Buy milk' })
    expect((await client.get(`/tasks/${task.id}`)).status).toBe(200)
    expect((await other.get(`/tasks/${task.id}`)).status).toBe(404)

    // The id is the UUID v5 of issuer and subject, so it can be worked out from outside.
    const id = uuidV5(subject, uuidV5(issuer, uuidV5.URL))
    const known = new Client(app.url, await signed({ ...good, sub: id }, secret))
    expect((await known.get(`/tasks/${task.id}`)).body).toEqual(task)
  },
)

test('a byte order mark before the header or the claims is refused, and so is an issuer that is no text', async () => {
  const own = await startAppAtMoment({})
  const ask = (token: string) => new Client(own.url, token).get('/tasks')
  const claims = JSON.stringify({ sub: 'alice', exp: good.exp })
  expect((await ask(signText(claims))).status).toBe(200)
  expectRefused(await ask(signText(`\ufeff${claims}`)))
  const lone = claims.replace('{', '{"iss":"\\ud800",')
  expectRefused(await ask(signText(lone)))
  await own.close()
})

test('without JWT_ISSUER any issuer is taken, and each has its own subjects', async () => {
  const own = await startAppAtMoment({})
  const callerOf = async (claims: JWTPayload) => {
    const client = new Client(own.url, await signed({ sub: 'alice', exp: good.exp, ...claims }, secret))
    return (await client.get('/me')).body.id
  }
  const idOf = (name: string) => uuidV5('alice', uuidV5(name, uuidV5.URL))
  expect(await callerOf({ iss: 'https://a.example' })).toBe(idOf('https://a.example'))
  expect(await callerOf({ iss: 'https://b.example' })).toBe(idOf('https://b.example'))
  expect(await callerOf({})).toBe(idOf(''))
  await own.close()
})

test("a user's first write makes their row, however many come at once", async () => {
  const client = new Client(app.url, await signed({ ...good, sub: 'auth0|first-write' }, secret))
  const titles = Array.from({ length: 20 }, (_, index) => `Task ${index}`)
  const answers = await Promise.all(titles.map((title) => client.post('/tasks', { title })))
  expect(answers.map(({ status }) => status)).toEqual(titles.map(() => 201))
  expect((await client.get('/tasks')).body.total).toBe(20)
})
