import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'
import { ask } from './support/raw.ts'
import type { RawAnswer } from './support/raw-answers.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

/** As a browser opens an address: Chromium's own headers. */
const navigation = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'sec-fetch-site': 'none',
  'upgrade-insecure-requests': '1',
}
const id = '0190a000-0000-7000-8000-000000000000'

test('a browser that opens the address gets the app, under a policy that lets nothing else in', async () => {
  const { status, headers, text } = await app.anonymous.get('/', navigation)
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(headers.get('cache-control')).toBe('private, no-cache')
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';")
  expect(policy).toContain("require-trusted-types-for 'script'")
  expect(policy).not.toMatch(/unsafe|http|\*/)
  expect(text).not.toMatch(/(src|href)="(https?:)?\/\/|<style|<script(?![^>]* src=)|\son\w+=/)
})

test('all that the page names is there, with its type, for ever under its name', async () => {
  const { text } = await app.anonymous.get('/')
  const parts = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, part = '']) => part)
  expect(parts.map((part) => part.split('.').at(-1)).sort()).toEqual(['css', 'js', 'png', 'svg'])
  for (const part of parts) {
    const { status, headers } = await app.anonymous.get(part)
    expect(status, part).toBe(200)
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(headers.get('content-type')).toMatch(/^(text|image)\//)
  }
  expect(await app.anonymous.get('/assets/main-OLD.js')).toMatchObject({
    status: 404,
    body: { code: 'not_found' },
  })
})

test('the manifest names icons that are there, and the service worker is asked for anew', async () => {
  const manifest = await app.anonymous.get('/manifest.webmanifest')
  expect(manifest.headers.get('content-type')).toBe('application/manifest+json')
  const { icons } = JSON.parse(manifest.text)
  expect(icons.length).toBeGreaterThan(2)
  for (const { src } of icons) expect((await app.anonymous.get(src)).status, src).toBe(200)
  const worker = await app.anonymous.get('/sw.js')
  expect(worker.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(worker.headers.get('cache-control')).toBe('private, no-cache')
  expect(worker.headers.get('content-security-policy')).toContain("connect-src 'self'")
  const kept = [...worker.text.matchAll(/\/assets\/[\w.-]+/g)].map(([path]) => path)
  expect(kept.length).toBeGreaterThan(4)
  for (const path of kept.filter((path) => path !== '/assets/')) {
    expect((await app.anonymous.get(path)).status, path).toBe(200)
  }
})

test.each([
  ['br, gzip', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0, gzip;q=0.5', 'gzip'],
  ['identity', null],
])('a file is sent as it was compressed, for Accept-Encoding: %s', async (accepted, encoding) => {
  const plain = await app.anonymous.get('/', { 'accept-encoding': 'identity' })
  const { headers, text } = await app.anonymous.get('/', { 'accept-encoding': accepted })
  expect(headers.get('content-encoding')).toBe(encoding)
  expect(headers.get('vary')).toContain('Accept-Encoding')
  expect(text).toBe(plain.text)
  const tag = headers.get('etag') ?? ''
  expect(tag === plain.headers.get('etag')).toBe(encoding === null)
  const again = await app.anonymous.get('/', { 'accept-encoding': accepted, 'if-none-match': tag })
  expect(again).toMatchObject({ status: 304, text: '' })
})

test.each(['/today', '/upcoming', '/completed', '/search?q=milk', '/sign-in', '/create-account'])(
  'the app opens at %s',
  async (path) => {
    const { text } = await app.anonymous.get('/')
    expect(await app.anonymous.get(path)).toMatchObject({ status: 200, text })
    expect((await app.anonymous.post(path, {})).status).toBe(405)
  },
)

test.each([
  '/tasks',
  `/tasks/${id}`,
  `/tasks/${id.toUpperCase()}?from=mail`,
  '/trash',
  '/trash/',
  '/tags/home',
  '/tags/a%20b',
])('a browser that opens %s gets the app, and everybody else the API', async (path) => {
  const page = await app.anonymous.get('/')
  const opened = await open(path, navigation)
  expect([opened.status, opened.body]).toEqual([200, page.text])
  expect(opened.headers.get('vary')).toMatch(/^Authorization, Accept,.* Sec-Fetch-Mode/)
  expect(await open(path, navigation, 'HEAD')).toMatchObject({ status: 200, body: '' })
  // Over plain HTTP a browser tells less.
  const { accept, 'upgrade-insecure-requests': upgrade } = navigation
  const plain = await open(path, { accept, 'upgrade-insecure-requests': upgrade })
  expect([plain.status, plain.body]).toEqual([200, page.text])

  const others = [
    {},
    { accept },
    { accept: '*/*', 'sec-fetch-mode': 'navigate' },
    { ...navigation, 'sec-fetch-mode': 'cors' },
    { ...navigation, authorization: 'Bearer no' },
  ]
  for (const headers of others) {
    const answer = await open(path, headers)
    expect([401, 404], JSON.stringify(headers)).toContain(answer.status)
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  }
  expect([401, 404]).toContain((await open(path, { ...navigation, 'content-length': '0' }, 'POST')).status)
})

test('a browser that opens any other path of the API meets the API', async () => {
  for (const [path, status] of [
    ['/tasks/changes', 401],
    ['/tasks/events', 401],
    ['/me', 401],
    ['/nowhere', 404],
    ['/today/nowhere', 404],
  ] as const) {
    expect((await open(path, navigation)).status, path).toBe(status)
  }
})

/** Fetch would say of itself that it is no navigation. */
function open(path: string, headers: Record<string, string>, method = 'GET'): Promise<RawAnswer> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return ask(app.url, `${method} ${path} HTTP/1.1`, ...lines)
}

test('a page does not mind what a link adds to its address', async () => {
  for (const path of ['/?ref=mail', '/openapi.json?v=1', '/docs/?ref=mail']) {
    expect((await app.anonymous.get(path)).status, path).toBe(200)
  }
})

test('the console and all that it loads come from here', async () => {
  const { status, headers, text } = await app.anonymous.get('/docs/')
  expect(status).toBe(200)
  expect(headers.get('content-type')).toContain('text/html')
  const parts = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part = '']) => part)
  expect(parts.length).toBeGreaterThan(2)
  for (const part of parts) {
    const url = new URL(part, `${app.url}/docs/`)
    expect(url.origin).toBe(app.url)
    expect((await app.anonymous.get(url.pathname)).status, part).toBe(200)
  }
})

test('the service is alive and ready, and says no more than that', async () => {
  for (const path of ['/livez', '/readyz']) {
    const { status, text } = await app.anonymous.get(path)
    expect(status).toBe(200)
    expect(text).toBe('{"status":"ok"}')
    expect((await app.anonymous.get(`${path}?verbose=1`)).status).toBe(422)
  }
})

test('without its database the service is alive, but not ready', async () => {
  const query = vi.spyOn(app.database, 'read').mockImplementation(async () => {
    throw new Error('connect ECONNREFUSED 10.0.0.1:5432')
  })
  try {
    const { status, headers, body } = await app.anonymous.get('/readyz')
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe('1')
    expect(body).toMatchObject({ code: 'unavailable', detail: 'The service is not ready' })
    expect((await app.anonymous.get('/livez')).status).toBe(200)
  } finally {
    query.mockRestore()
  }
  expect((await app.anonymous.get('/readyz')).status).toBe(200)
})
