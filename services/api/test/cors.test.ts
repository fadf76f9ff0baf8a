import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'
import { onlyAnswer } from './support/raw.ts'

const ORIGIN = 'https://app.example.com'

let app: TestApp
let open: TestApp
beforeAll(async () => {
  app = await startTestApp({ JWT_SECRET: '' })
  open = await startTestApp({ JWT_SECRET: '', CORS_ORIGINS: [ORIGIN, 'https://other.example.com'].join() })
})
afterAll(() => Promise.all([app.close(), open.close()]))

test('without CORS_ORIGINS, no origin is let in', async () => {
  for (const origin of [ORIGIN, app.url, 'null']) {
    const headers = { origin, 'access-control-request-method': 'POST' }
    for (const method of ['GET', 'OPTIONS']) {
      const answer = await app.anonymous.request(method, '/livez', undefined, headers)
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
  }
})

test('CORS_ORIGINS lets exactly those origins in, credentials included', async () => {
  const user = await open.signIn()
  for (const origin of [ORIGIN, 'https://other.example.com']) {
    const { headers } = await open.anonymous.get('/livez', { origin })
    expect(headers.get('access-control-allow-origin')).toBe(origin)
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    expect(headers.get('access-control-expose-headers')).toContain('ETag')
  }
  const strangers = [
    'https://evil.example',
    `${ORIGIN}.evil.example`,
    `${ORIGIN}:8443`,
    'http://app.example.com',
  ]
  for (const origin of [...strangers, 'https://sub.app.example.com', 'null', ORIGIN.toUpperCase(), '*']) {
    const { headers } = await open.anonymous.get('/livez', { origin })
    expect(headers.get('access-control-allow-origin'), origin).toBeNull()
  }
  // A refusal is for the page to read as well, or it could not tell its user why.
  const refused = await user.get('/tasks', { origin: ORIGIN, authorization: 'Bearer no' })
  expect(refused.status).toBe(401)
  expect(refused.headers.get('access-control-allow-origin')).toBe(ORIGIN)
})

test('a preflight is answered without a token, and names what may follow', async () => {
  const preflight = (origin: string) =>
    open.anonymous.request('OPTIONS', '/tasks/0190a000-0000-7000-8000-000000000000', undefined, {
      origin,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization,content-type',
    })
  const allowed = await preflight(ORIGIN)
  expect(allowed.status).toBe(204)
  expect(allowed.headers.get('access-control-allow-origin')).toBe(ORIGIN)
  expect(allowed.headers.get('access-control-allow-methods')).toContain('PATCH')
  expect(allowed.headers.get('access-control-allow-headers')).toContain('Authorization')
  expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull()
})

test('a preflight lets a listed page send any header, and no other page', async () => {
  const requested = 'traceparent,tracestate,baggage,sentry-trace,x-requested-with,b3,authorization'
  const preflight = (origin: string) =>
    open.anonymous.request('OPTIONS', '/tasks', undefined, {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': requested,
    })
  const { headers } = await preflight(ORIGIN)
  const allowed = (headers.get('access-control-allow-headers') ?? '').toLowerCase().split(', ')
  expect(allowed).toEqual(expect.arrayContaining(requested.split(',')))
  expect(new Set(allowed).size).toBe(allowed.length)
  // With credentials, `*` would be the name of a header and let nothing else pass.
  expect(allowed).not.toContain('*')
  expect(headers.get('access-control-allow-credentials')).toBe('true')
  const stranger = await preflight('https://evil.example')
  expect(stranger.headers.get('access-control-allow-origin')).toBeNull()
})

test('answers vary by the caller and, where origins matter, by the origin', async () => {
  const varies = async (to: TestApp, headers: Record<string, string> = {}) =>
    ((await to.anonymous.get('/livez', headers)).headers.get('vary') ?? '').split(/, */).sort()
  expect(await varies(app)).toEqual(['Authorization'])
  expect(await varies(open)).toEqual(['Authorization', 'Origin'])
  expect(await varies(open, { origin: ORIGIN })).toEqual(['Authorization', 'Origin'])
  expect(await varies(open, { origin: 'https://evil.example' })).toEqual(['Authorization', 'Origin'])
})

test('an OPTIONS that is no preflight is answered as any other method', async () => {
  for (const path of ['/livez', '/docs']) {
    const { status, body } = await open.anonymous.request('OPTIONS', path)
    expect(status).toBe(405)
    expect(body.code).toBe('method_not_allowed')
  }
  expect((await open.anonymous.request('OPTIONS', '/tasks')).status).toBe(401)
  const half = await onlyAnswer(
    open.url,
    `OPTIONS /livez HTTP/1.1\r\nHost: x\r\nOrigin: ${ORIGIN}\r\nAccess-Control-Request-Method:\r\nConnection: close\r\n\r\n`,
  )
  expect(half.status).toBe(405)
})
