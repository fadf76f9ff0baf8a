import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

test('a browser that opens the address is told what this is, by a page that loads nothing from elsewhere', async () => {
  const { status, headers, text } = await app.anonymous.get('/')
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(text).toContain('href="/docs"')
  expect(text).not.toMatch(/(src|href)="(https?:)?\/\//)
})

test('every link of the welcome page leads somewhere', async () => {
  const { text } = await app.anonymous.get('/')
  const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, link = '']) => link)
  expect(links).toContain('/openapi.json')
  for (const link of links) expect((await app.anonymous.get(link)).status, link).toBeLessThan(400)
})

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
