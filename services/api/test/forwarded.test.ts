import { fastify } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readForwarded } from '../src/http/wire/forwarded.ts'
import { startTestApp, type TestApp } from './support/app.ts'
import { silentLog } from './support/log.ts'
import { onlyAnswer } from './support/raw.ts'

/** The nearest proxy, and one before it. */
const PROXY = '10.0.0.1'
const OUTER = '10.0.0.2'

const app = fastify({ trustProxy: [PROXY, OUTER, 'fd00::/8'] })
readForwarded(app)
app.get('/', ({ ip, protocol, host }) => ({ ip, protocol, host }))
afterAll(() => app.close())

const started = Date.now()
let limited: TestApp
beforeAll(async () => {
  const env = { TRUST_PROXY: 'loopback', RATE_LIMIT_PER_MINUTE: '9' }
  limited = await startTestApp(env, silentLog, { now: () => started })
})
afterAll(() => limited.close())

async function seen(headers: Record<string, string | string[]>, remoteAddress = PROXY) {
  const answer = await app.inject({ url: '/', headers: { host: 'inside', ...headers }, remoteAddress })
  expect(answer.statusCode).toBe(200)
  return answer.json<{ ip: string; protocol: string; host: string }>()
}

test.each([
  ['nginx, HAProxy, Caddy, Traefik, Cloudflare', '203.0.113.7', '203.0.113.7'],
  ['the same over IPv6', '2001:db8::7', '2001:db8::7'],
  ['AWS with the client’s port', '203.0.113.7:40123', '203.0.113.7'],
  ['AWS with the client’s port over IPv6', '[2001:db8::7]:40123', '2001:db8::7'],
  ['Azure', '203.0.113.7:1', '203.0.113.7'],
  ['Azure after Azure', `203.0.113.7:40123, ${OUTER}:443`, '203.0.113.7'],
  ['a port without brackets', '2001:db8:1:2:3:4:5:6:40123', '2001:db8:1:2:3:4:5:6'],
  ['brackets without a port', '[2001:db8::7]', '2001:db8::7'],
  ['quotes, as of RFC 7239', '"[2001:db8::7]:40123"', '2001:db8::7'],
  ['another spelling of IPv6', '2001:DB8:0:0:0:0:0:0007', '2001:db8::7'],
  ['IPv4 within IPv6', '::ffff:203.0.113.7', '203.0.113.7'],
  ['IPv4 within IPv6, in hexadecimal', '[::ffff:cb00:7107]:80', '203.0.113.7'],
  ['a zone', 'fe80::7%eth0', 'fe80::7'],
  ['a zone in brackets', '[fe80::7%25eth0]:40123', 'fe80::7'],
  ['a list', `203.0.113.7, ${OUTER}`, '203.0.113.7'],
  ['a list without spaces, of both versions', '203.0.113.7,fd00::1,10.0.0.2', '203.0.113.7'],
  ['what the client wrote before the proxy’s entry', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
  ['nonsense of the client’s before the proxy’s entry', '_x, <script>, 203.0.113.7', '203.0.113.7'],
  ['nothing of the client’s before the proxy’s entry', ', 203.0.113.7', '203.0.113.7'],
  ['white space around', ' \t203.0.113.7:80\t ', '203.0.113.7'],
])('the client’s address is read from %s', async (_who, header, address) => {
  expect((await seen({ 'x-forwarded-for': header })).ip).toBe(address)
})

test.each([
  'unknown',
  '_hidden',
  '"_hidden:80"',
  'unix:',
  '@',
  '',
  '203.0.113.7, ',
  '203.0.113.7, unknown',
  '203.0.113.7:99999999',
  '203.0.113.7:80:80',
  '203.0.113.7%eth0',
  '203.0.113.256',
  '203.0.113.07',
  '203.0.113',
  '3405803783',
  '[2001:db8::7',
  '2001:db8::7]',
  '[2001:db8::7]80',
  'client.example',
  '203.0.113.7 198.51.100.1',
])('what cannot be read counts as the proxy’s own address: "%s"', async (header) => {
  expect((await seen({ 'x-forwarded-for': header })).ip).toBe(PROXY)
  const outer = header === '' ? OUTER : `${header}, ${OUTER}`
  expect((await seen({ 'x-forwarded-for': outer })).ip).toBe(OUTER)
})

test('several header lines are one list', async () => {
  const left = async (...lines: string[]) => {
    const forwarded = lines.map((line) => `X-Forwarded-For: ${line}\r\n`).join('')
    const answer = await onlyAnswer(
      limited.url,
      `GET / HTTP/1.1\r\nHost: x\r\n${forwarded}Connection: close\r\n\r\n`,
    )
    return answer.headers.get('ratelimit')?.split(';')[1]
  }
  expect(await left('203.0.113.7')).toBe('r=8')
  expect(await left('198.51.100.1', '203.0.113.7:40123')).toBe('r=7')
  expect(await left('198.51.100.1', 'unknown', '203.0.113.7:40124, 127.0.0.2')).toBe('r=6')
  expect(await left('203.0.113.8')).toBe('r=8')
  // Two clients whom nobody can tell apart share the proxy's address, and no one else's.
  expect(await left('unknown')).toBe('r=8')
  expect(await left('203.0.113.7', '_hidden')).toBe('r=7')
})

test('whoever is no proxy of ours is not believed', async () => {
  const headers = {
    'x-forwarded-for': '203.0.113.7:80',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'tasks.example',
  }
  const direct = await seen(headers, '192.0.2.1')
  expect(direct).toEqual({ ip: '192.0.2.1', protocol: 'http', host: 'inside' })
  expect(await seen(headers)).toEqual({ ip: '203.0.113.7', protocol: 'https', host: 'tasks.example' })
})

test.each([
  ['https', 'https'],
  ['HTTPS', 'https'],
  [' https ', 'https'],
  ['wss', 'https'],
  ['http', 'http'],
  ['ws', 'http'],
  ['ssl', 'http'],
  ['', 'http'],
  // The nearest proxy is the only one that is known here.
  ['https, http', 'http'],
  ['http, https', 'https'],
])('the scheme is read from X-Forwarded-Proto: "%s"', async (header, scheme) => {
  expect((await seen({ 'x-forwarded-proto': header })).protocol).toBe(scheme)
})

test('of several proxies, the outermost that is trusted tells the scheme and the host', async () => {
  const chain = {
    'x-forwarded-proto': 'http, https, http',
    'x-forwarded-host': 'evil.example, tasks.example, inside',
  }
  const behindTwo = await seen({ ...chain, 'x-forwarded-for': `203.0.113.7, ${OUTER}` })
  expect(behindTwo).toEqual({ ip: '203.0.113.7', protocol: 'https', host: 'tasks.example' })
  const behindOne = await seen({ ...chain, 'x-forwarded-for': '198.51.100.1, 203.0.113.7' })
  expect(behindOne).toEqual({ ip: '203.0.113.7', protocol: 'http', host: 'inside' })
  // Most gateways keep one value instead of a list.
  const kept = await seen({ 'x-forwarded-proto': 'https', 'x-forwarded-for': `203.0.113.7, ${OUTER}` })
  expect(kept.protocol).toBe('https')
})
