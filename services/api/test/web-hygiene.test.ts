import { randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLog } from '../src/log.ts'
import { startTestApp, type TestApp } from './support/app.ts'
import { type Answer, Client } from './support/client.ts'

const appOrigins = [
  'capacitor://localhost',
  'tauri://localhost',
  'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
]
const password = 'correct horse battery'

let app: TestApp
let open: TestApp
let lines = ''
beforeAll(async () => {
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines += String(chunk)
      done()
    },
  })
  app = await startTestApp({ JWT_SECRET: '', TRUST_PROXY: 'loopback' }, createLog('trace', sink))
  open = await startTestApp({ JWT_SECRET: '', CORS_ORIGINS: appOrigins.join() })
})
afterAll(() => Promise.all([app.close(), open.close()]))

let count = 0
const newEmail = () => `alice-${++count}@secret-mail.example`

async function signUp({ url } = app, headers: Record<string, string> = {}): Promise<Answer> {
  return new Client(url).post('/auth/sign-up/email', { email: newEmail(), password }, headers)
}

function cookieOf(answer: Answer): string {
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

test.each([
  ['GET', '/', 200],
  ['GET', '/docs', 200],
  ['GET', '/docs/static/index.html', 302],
  ['GET', '/docs/static/swagger-ui.css', 200],
  ['GET', '/docs/static/nothing.js', 404],
  ['GET', '/openapi.json', 200],
  ['GET', '/.well-known/jwks.json', 200],
  ['GET', '/livez', 200],
  ['HEAD', '/readyz', 200],
  ['GET', '/tasks', 401],
  ['GET', '/nowhere', 404],
  ['GET', '/%zz', 400],
  ['PUT', '/tasks', 401],
  ['PUT', '/livez', 405],
  ['OPTIONS', '/tasks', 401],
  ['POST', '/auth/sign-in/email', 400],
])('%s %s answers %i with the security headers', async (method, path, status) => {
  const { headers, ...answer } = await app.anonymous.request(method, path)
  expect(answer.status).toBe(status)
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('referrer-policy')).toBe('no-referrer')
  expect(headers.get('x-frame-options')).toBe('DENY')
  expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
  expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{7,}/)
  expect(headers.get('x-request-id')).toMatch(/^[\w.-]{1,64}$/)
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy).toMatch(/default-src '(none|self)'/)
  expect(policy).not.toMatch(/script-src[^;]*'unsafe-|\*/)
  expect(headers.get('server')).toBeNull()
  expect(headers.get('x-powered-by')).toBeNull()
})

test.each(appOrigins)('an app or an extension that CORS_ORIGINS lists may sign in: %s', async (origin) => {
  const answer = await signUp(open, { origin, 'sec-fetch-site': 'cross-site' })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
  const other = await signUp(open, { origin: `${origin}x` })
  expect(other.status).toBe(403)
  expect(other.headers.get('access-control-allow-origin')).toBeNull()
})

test('the session cookie is out of the reach of scripts, of other sites and, over HTTPS, of plain HTTP', async () => {
  const plain = (await signUp()).headers.get('set-cookie')
  expect(plain).toMatch(/^tasklane-session=[^;]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/)
  const secure = await signUp(app, { 'x-forwarded-proto': 'https' })
  expect(secure.headers.get('set-cookie')).toMatch(
    /^__Host-tasklane-session=[^;]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/,
  )
  // The session opens /auth, and nothing else.
  const cookie = cookieOf(await signUp())
  expect((await app.anonymous.get('/auth/token', { cookie })).status).toBe(200)
  expect((await app.anonymous.get('/tasks', { cookie })).status).toBe(401)
})

test("another site's request with the session cookie is refused, and the session lives on", async () => {
  const cookie = cookieOf(await signUp())
  const foreign = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${app.url}.evil.example` },
    { origin: app.url.replace('http:', 'https:') },
    { 'sec-fetch-site': 'cross-site' },
  ]
  for (const headers of foreign) {
    for (const [method, path, body] of [
      ['POST', '/auth/sign-out', undefined],
      ['GET', '/auth/token', undefined],
      ['POST', '/auth/password', { current_password: password, new_password: 'taken by a stranger' }],
      ['GET', '/auth/sessions', undefined],
      ['DELETE', '/auth/sessions', undefined],
      ['DELETE', `/auth/sessions/${randomUUID()}`, undefined],
      ['POST', '/auth/sign-in/email', { email: newEmail(), password }],
      ['POST', '/auth/sign-up/email', { email: newEmail(), password }],
    ] as const) {
      const answer = await app.anonymous.request(method, path, body, { cookie, ...headers })
      expect(answer.status, JSON.stringify(headers)).toBe(403)
      expect(answer.headers.get('set-cookie')).toBeNull()
    }
  }
  expect((await app.anonymous.get('/auth/token', { cookie, origin: app.url })).status).toBe(200)
  const out = await app.anonymous.request('POST', '/auth/sign-out', undefined, { cookie, origin: app.url })
  expect(out.status).toBe(200)
  expect((await app.anonymous.get('/auth/token', { cookie })).status).toBe(401)
})

test('nothing that a user or a token says is in the log, down to its finest level', async () => {
  const secrets = {
    title: 'Zebra-title',
    description: 'Zebra-description',
    query: 'Zebra-query',
    password: 'Zebra-password',
  }
  const email = newEmail()
  const { anonymous } = app
  const account = await anonymous.post('/auth/sign-up/email', {
    email,
    password: secrets.password,
    name: 'Zebra-name',
  })
  const session: string = account.body.token
  await anonymous.post('/auth/sign-up/email', { email, password: secrets.password })
  await anonymous.post('/auth/sign-in/email', { email, password: secrets.password })
  await anonymous.post('/auth/sign-in/email', { email, password: 'Zebra-wrong-password' })
  await anonymous.post('/auth/sign-in/email', { email: `Zebra${email}\0`, password: 1 })
  const jwt: string = (await anonymous.get('/auth/token', { authorization: `Bearer ${session}` })).body.token
  await anonymous.get('/auth/token', { authorization: 'Bearer Zebra-session' })
  const holder = new Client(app.url, session)
  const next = { new_password: 'Zebra-next-password' }
  await holder.post('/auth/password', { current_password: 'Zebra-wrong-password', ...next })
  await holder.post('/auth/password', { current_password: secrets.password, ...next })
  await holder.get('/auth/sessions')
  await holder.delete('/auth/sessions/Zebra')

  const user = new Client(app.url, jwt)
  const { title, description } = secrets
  const { body: task } = await user.post('/tasks', { title, description })
  expect(task.title).toBe(title)
  await user.patch(`/tasks/${task.id}`, { title: 'Zebra-changed' })
  await user.post('/tasks', { title, [title]: title })
  await user.post('/tasks', `{"title":"${title}"`)
  await user.post('/tasks', { title: `${title}${'x'.repeat(300)}` })
  await user.get(`/tasks?q=${secrets.query}&Zebra=1`)
  await user.get(`/tasks/${secrets.query}`)
  await user.get(`/${secrets.query}/%zz`)
  await user.request('DELETE', `/tasks/${task.id}`)
  await user.get('/tasks', { authorization: `Bearer ${jwt}Zebra` })
  await user.get(`/tasks?access_token=${jwt}`, { authorization: 'Basic WmVicmE=' })
  await anonymous.post('/auth/sign-out', undefined, { authorization: `Bearer ${session}` })

  // It was written, request by request, and read here.
  expect(lines).toContain('"route":"/tasks/:id"')
  expect(lines).toContain(account.body.user.id)
  for (const secret of [jwt, jwt.split('.')[2] ?? jwt, session, session.split('.')[0] ?? session]) {
    expect(lines).not.toContain(secret)
  }
  expect(lines).not.toMatch(/Zebra|secret-mail|WmVicmE/i)
})

test('conditions that a static file does not meet are refused as problems', async () => {
  const path = '/docs/static/swagger-ui.css'
  expect((await open.anonymous.get(path)).status).toBe(200)
  for (const [headers, status] of [
    [{ range: 'bytes=999999999-' }, 416],
    [{ 'if-match': '"x"' }, 412],
    [{ 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:01 GMT' }, 412],
  ] as const) {
    const answer = await open.anonymous.get(path, headers)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  }
})
