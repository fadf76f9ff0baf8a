import type { IncomingMessage } from 'node:http'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createLog } from '../src/log.ts'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import { RawConnection } from './support/raw.ts'

let app: TestApp
const lines: Record<string, unknown>[] = []
beforeAll(async () => {
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()))
      done()
    },
  })
  app = await startTestApp({}, createLog('info', sink))
})
afterAll(() => app.close())
beforeEach(() => {
  lines.length = 0
})

const linesOf = (user: User, method: string) =>
  lines.filter((line) => line.userId === user.id && line.method === method)

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${app.url}/metrics`)).text()
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1) ?? 0,
  )
}

const made = 'http_request_duration_seconds_count{method="POST",route="/tasks",status="201"}'

function post(user: User, title = 'a'): string {
  const head = ['POST /tasks HTTP/1.1', 'Host: a', `Authorization: Bearer ${user.token}`]
  return `${[...head, 'Content-Type: application/json', 'Content-Length: 13'].join('\r\n')}\r\n\r\n{"title":"${title}"}`
}

/** Hangs up on the client as soon as the last byte of so many requests is read. */
function hangUpAfter(requests: number): void {
  let left = requests
  const watch = (request: IncomingMessage) => {
    left -= 1
    if (left > 0) return
    app.app.server.off('request', watch)
    request.once('end', () => request.socket.resetAndDestroy())
  }
  app.app.server.on('request', watch)
}

test('a write whose client is gone before its answer is one line and one count', async () => {
  const user = await app.signIn()
  const before = await metric(made)
  const aborted = await metric('http_aborted_requests_total')
  for (let i = 0; i < 20; i += 1) {
    hangUpAfter(1)
    const talk = await RawConnection.open(app.url)
    talk.send(post(user))
    expect(await talk.ended()).toBe('')
  }
  await expect.poll(() => linesOf(user, 'POST').length).toBe(20)
  for (const line of linesOf(user, 'POST')) {
    expect(line).toMatchObject({ route: '/tasks', status: 201, aborted: true, msg: 'request' })
  }
  expect((await user.get('/tasks')).body.total).toBe(20)
  expect([await metric(made), await metric('http_aborted_requests_total')]).toEqual([
    before + 20,
    aborted + 20,
  ])
})

test('of requests that were sent at once, each is told when the client is gone', async () => {
  const user = await app.signIn()
  hangUpAfter(3)
  const talk = await RawConnection.open(app.url)
  talk.send(post(user).repeat(3))
  await talk.ended()
  await expect.poll(() => linesOf(user, 'POST').length).toBe(3)
  expect(linesOf(user, 'POST').map(({ status }) => status)).toEqual([201, 201, 201])
  expect((await user.get('/tasks')).body.total).toBe(3)
})

test('a request that was cut off is told with the status that it would have had', async () => {
  const user = await app.signIn()
  const talk = await RawConnection.open(app.url)
  const arrived = new Promise((resolve) => app.app.server.once('request', resolve))
  talk.send(post(user).slice(0, -5))
  await arrived
  talk.socket.resetAndDestroy()
  await expect.poll(() => linesOf(user, 'POST').length).toBe(1)
  expect(linesOf(user, 'POST')).toMatchObject([{ status: 400, aborted: true }])
  expect((await user.get('/tasks')).body.total).toBe(0)
})

test('a stream of events is told once, when its client has left', async () => {
  const user = await app.signIn()
  const talk = await RawConnection.open(app.url)
  talk.send(`GET /tasks/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${user.token}\r\n\r\n`)
  await talk.until(/\n\n/)
  expect(linesOf(user, 'GET')).toEqual([])
  talk.socket.destroy()
  await expect.poll(() => linesOf(user, 'GET').length).toBe(1)
  expect(linesOf(user, 'GET')).toMatchObject([{ route: '/tasks/events', status: 200, aborted: true }])
})

test('an answer that was sent is one line, and not told as aborted when the client leaves afterwards', async () => {
  const user = await app.signIn()
  const talk = await RawConnection.open(app.url)
  talk.send(post(user))
  await talk.until(/\r\n\r\n/)
  talk.socket.destroy()
  await talk.ended()
  expect((await user.get('/tasks')).body.total).toBe(1)
  await expect.poll(() => linesOf(user, 'GET').length).toBe(1)
  expect(linesOf(user, 'POST')).toHaveLength(1)
  expect(linesOf(user, 'POST')[0]).not.toHaveProperty('aborted')
})

test('bytes that are no request are one line and one count, without what was sent', async () => {
  const before = await metric('http_refused_connections_total')
  const talk = await RawConnection.open(app.url)
  talk.send('SECRET bytes\r\n\r\n')
  talk.send('SECRET more\r\n\r\n')
  const answer = await talk.ended()
  const told = lines.filter(({ msg }) => msg === 'what came is no request')
  expect(told).toMatchObject([{ level: 30, status: 400, code: 'HPE_INVALID_METHOD' }])
  expect(answer).toContain(`x-request-id: ${told[0]?.requestId}`)
  expect(JSON.stringify(lines)).not.toContain('SECRET')

  const user = await app.signIn()
  const behind = await RawConnection.open(app.url)
  behind.send(`${post(user)}x`)
  await behind.ended()
  expect(linesOf(user, 'POST')).toMatchObject([{ status: 201 }])
  expect(lines.filter(({ msg }) => msg === 'what came is no request')).toHaveLength(2)
  expect(await metric('http_refused_connections_total')).toBe(before + 2)
})

test('CONNECT is one line and one count', async () => {
  const name = 'http_request_duration_seconds_count{method="other",route="unknown",status="405"}'
  const before = await metric(name)
  const talk = await RawConnection.open(app.url)
  talk.send('CONNECT x:80 HTTP/1.1\r\nHost: x\r\nX-Request-Id: tunnel\r\n\r\n')
  expect(await talk.ended()).toMatch(/^HTTP\/1.1 405 /)
  expect(lines.filter(({ requestId }) => requestId === 'tunnel')).toMatchObject([{ status: 405 }])
  expect(await metric(name)).toBe(before + 1)
})
