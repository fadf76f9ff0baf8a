import { Writable } from 'node:stream'
import { type FastifyBaseLogger, fastify } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusalOfCrossSite } from '../src/auth/cross-site.ts'
import { createLog } from '../src/log.ts'
import { type Account, signUp, startIssuingApp } from './support/accounts.ts'
import type { TestApp } from './support/app.ts'

let app: TestApp
let account: Account
beforeAll(async () => {
  const env = { TRUST_PROXY: 'loopback', CORS_ORIGINS: 'https://listed.example' }
  app = await startIssuingApp(env)
  account = await signUp(app)
})
afterAll(() => app.close())

/** The status of an answer to a browser that sends these headers with its session. */
async function statusWith(headers: Record<string, string>): Promise<number> {
  const authorization = `Bearer ${account.session}`
  return (await app.anonymous.get('/auth/token', { authorization, ...headers })).status
}

const TLS = { 'x-forwarded-proto': 'https' }
const PAGE = { ...TLS, 'x-forwarded-host': 'tasks.example' }

test.each([
  ['a Host that the proxy rewrote', { origin: 'https://tasks.example' }],
  ['a Host whose port was lost', { origin: 'http://127.0.0.1:1' }],
  ['an Origin that the page’s policy withholds', { origin: 'null' }],
])('a page of our own is let in, with %s', async (_what, headers) => {
  expect(await statusWith({ ...headers, 'sec-fetch-site': 'same-origin' })).toBe(200)
  // By a person's own doing: an address typed, or an extension that they gave the right to.
  expect(await statusWith({ ...headers, 'sec-fetch-site': 'none' })).toBe(200)
  expect(await statusWith(headers)).toBe(403)
})

test.each([
  ['as it is', 'tasks.example', 'https://tasks.example', 200],
  ['with the scheme’s own port', 'tasks.example:443', 'https://tasks.example', 200],
  ['in another case', 'Tasks.Example', 'https://tasks.example', 200],
  ['with another port', 'tasks.example:8443', 'https://tasks.example', 403],
  ['of another host', 'tasks.example', 'https://other.example', 403],
  ['that is no host', 'tasks example', 'https://tasks.example', 403],
])('without Sec-Fetch-Site, Origin is compared with the host %s', async (_how, host, origin, status) => {
  expect(await statusWith({ ...TLS, 'x-forwarded-host': host, origin })).toBe(status)
})

test('a page of another site is refused, of the same site too, unless its origin is listed', async () => {
  for (const site of ['cross-site', 'same-site', 'nonsense', 'same-origin, same-origin']) {
    const headers = { ...PAGE, 'sec-fetch-site': site }
    expect(await statusWith({ ...headers, origin: 'https://other.example' }), site).toBe(403)
    expect(await statusWith({ ...headers, origin: 'https://listed.example' }), site).toBe(200)
  }
  expect(await statusWith({ ...PAGE, 'sec-fetch-site': 'cross-site' })).toBe(403)
  expect(await statusWith(PAGE)).toBe(200)
})

test('the log says what was compared, once for each pair and never without end', async () => {
  const lines: string[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const loggerInstance: FastifyBaseLogger = createLog('warn', sink)
  const app = fastify({ loggerInstance })
  // Fastify's own would log the refusal as well.
  app.setErrorHandler((_error, _request, reply) => reply.code(403).send())
  const refuseCrossSite = refusalOfCrossSite([])
  app.get('/', async (request) => refuseCrossSite(request))
  const ask = (origin: string) => app.inject({ url: '/', headers: { host: 'inside:3000', origin } })

  for (let i = 0; i < 3; i += 1) await ask('https://tasks.example')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { origin: 'https://tasks.example', expected: 'http://inside:3000' },
  ])
  expect(lines[0]).toMatch(/TRUST_PROXY.*CORS_ORIGINS/)
  await ask('https://other.example')
  expect(lines).toHaveLength(2)
  for (let i = 0; i < 20; i += 1) await ask(`https://${i}.example/${'x'.repeat(200)}`)
  expect(lines).toHaveLength(10)
  expect(lines[9]).not.toContain('x'.repeat(101))
})
