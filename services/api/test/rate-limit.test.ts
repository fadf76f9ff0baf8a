import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp, testSecret } from './support/app.ts'
import { Client } from './support/client.ts'
import { silentLog } from './support/log.ts'
import { signed } from './support/tokens.ts'

const LIMIT = 5
const started = Date.now()
let time = started

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMIT_PER_MINUTE: String(LIMIT) }, silentLog, { now: () => time })
  // The client reads the API's description once, which counts against the address.
  await app.anonymous.get('/livez')
  time += 60_000
})
/** Windows of the address would reach from one test into the next. */
afterEach(() => {
  time += 60_000
})
afterAll(() => app.close())

test('a user has so many requests a minute, and is told how many are left', async () => {
  const user = await app.signIn()
  for (let left = LIMIT - 1; left >= 0; left -= 1) {
    const answer = await user.get('/tasks')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('ratelimit-policy')).toBe('"default";q=5;w=60')
    expect(answer.headers.get('ratelimit')).toBe(`"default";r=${left};t=60`)
    expect(answer.headers.get('retry-after')).toBeNull()
  }
  time += 18_500
  const refused = await user.post('/tasks', { title: 'Too many' })
  expect(refused.status).toBe(429)
  expect(refused.body).toEqual({
    type: 'about:blank',
    title: 'Rate limited',
    status: 429,
    code: 'rate_limited',
    detail: 'Too many requests; try again in 42 s',
  })
  expect(refused.headers.get('retry-after')).toBe('42')
  expect(refused.headers.get('ratelimit')).toBe('"default";r=0;t=42')

  time += 41_500
  const answer = await user.get('/tasks')
  expect(answer.body.total).toBe(0)
  expect(answer.headers.get('ratelimit')).toBe('"default";r=4;t=60')
})

test("one user's limit never touches another, though they share an address", async () => {
  const [alice, bob] = [await app.signIn(), await app.signIn()]
  for (let i = 0; i <= LIMIT; i += 1) await alice.get('/tasks')
  expect((await alice.get('/tasks')).status).toBe(429)
  expect((await bob.get('/tasks')).headers.get('ratelimit')).toBe('"default";r=4;t=60')
  expect((await app.anonymous.get('/nowhere')).status).toBe(404)
})

test('all of a user’s tokens count together', async () => {
  const user = await app.signIn()
  const sameUser = await app.signIn(user.id)
  await user.get('/tasks')
  expect((await sameUser.get('/tasks')).headers.get('ratelimit')).toBe('"default";r=3;t=60')
})

test('requests without a valid token count against their address, and those with one do not', async () => {
  const user = await app.signIn()
  const bad = new Client(app.url, `${user.token}x`)
  const refusals = [
    await bad.get('/tasks'),
    await app.anonymous.get('/tasks'),
    await app.anonymous.get('/tasks', { authorization: 'Basic eDp5' }),
    await app.anonymous.get('/nowhere'),
    await bad.post('/tasks', { title: 'x' }),
  ]
  expect(refusals.map(({ status }) => status)).toEqual([401, 401, 401, 404, 401])
  expect(refusals.map(({ headers }) => headers.get('ratelimit'))).toEqual(
    [4, 3, 2, 1, 0].map((left) => `"default";r=${left};t=60`),
  )
  for (const caller of [bad, app.anonymous]) {
    const answer = await caller.get('/tasks')
    expect(answer.status).toBe(429)
    expect(answer.headers.get('retry-after')).toBe('60')
  }
  expect((await app.anonymous.get('/nowhere')).status).toBe(429)
  expect((await user.get('/tasks')).headers.get('ratelimit')).toBe('"default";r=4;t=60')
})

test('probes are never refused, nor counted', async () => {
  for (let i = 0; i <= LIMIT; i += 1) await app.anonymous.get('/nowhere')
  expect((await app.anonymous.get('/nowhere')).status).toBe(429)
  for (const path of ['/livez', '/readyz', '/metrics', '/livez/']) {
    const answer = await fetch(app.url + path)
    expect(answer.status, path).toBe(200)
    expect(answer.headers.get('ratelimit'), path).toBeNull()
  }
})

test('0 switches the limit off, headers and all', async () => {
  const unlimited = await startTestApp({ RATE_LIMIT_PER_MINUTE: '0' })
  const user = await unlimited.signIn()
  for (let i = 0; i < 20; i += 1) {
    const answer = await user.get('/tasks')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('ratelimit')).toBeNull()
    expect(answer.headers.get('ratelimit-policy')).toBeNull()
  }
  await unlimited.close()
})

test('a clock that is put back makes no limit last longer', async () => {
  const clock = vi.spyOn(Date, 'now')
  const ordinary = await startTestApp({ RATE_LIMIT_PER_MINUTE: '1000' })
  // Without a time of issue, which would lie in the future then.
  const claims = { sub: randomUUID(), exp: Math.floor(Date.now() / 1000) + 3600 }
  const client = new Client(ordinary.url, await signed(claims, new TextEncoder().encode(testSecret)))
  expect((await client.get('/tasks')).status).toBe(200)
  clock.mockReturnValue(Date.now() - 600_000)
  const { status, headers } = await client.get('/tasks').finally(() => clock.mockRestore())
  expect(status).toBe(200)
  expect(Number(/;t=(\d+)$/.exec(headers.get('ratelimit') ?? '')?.[1])).toBeLessThanOrEqual(60)
  await ordinary.close()
})
