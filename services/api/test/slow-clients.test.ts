import { afterAll, beforeAll, expect, test } from 'vitest'
import { productionTimeouts } from '../src/http/wire/timeouts.ts'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import { silentLog } from './support/log.ts'
import { RawConnection } from './support/raw.ts'
import { expectProblem } from './support/raw-answers.ts'

/** The same as in production, in a tenth of the time; nothing below waits for a clock of its own. */
const timeouts = {
  headersMilliseconds: 1000,
  requestMilliseconds: 2000,
  checkMilliseconds: 100,
  stalledMilliseconds: 60_000,
}

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({}, silentLog, { timeouts })
})
afterAll(() => app.close())

function head(user: User, length: number): string {
  return [
    'POST /tasks HTTP/1.1',
    'Host: x',
    `Authorization: Bearer ${user.token}`,
    'Content-Type: application/json',
    `Content-Length: ${length}`,
    '\r\n',
  ].join('\r\n')
}

/** Sends one byte after another, slowly and without an end, until the server hangs up. */
async function drip(connection: RawConnection, byte: string): Promise<void> {
  const dripping = setInterval(() => connection.send(byte), 50)
  await connection.ended()
  clearInterval(dripping)
}

test('in production, nobody holds a connection for 30 s without having sent a whole request', async () => {
  const { headersMilliseconds, requestMilliseconds, checkMilliseconds } = productionTimeouts
  expect(headersMilliseconds + checkMilliseconds).toBeLessThan(30_000)
  expect(requestMilliseconds + checkMilliseconds).toBeLessThan(30_000)

  const production = await startTestApp()
  expect(production.app.server).toMatchObject({
    headersTimeout: headersMilliseconds,
    requestTimeout: 0,
  })
  await production.close()
})

test.each([
  ['nothing', '', ' '],
  ['a header that never ends', 'GET /tasks HTTP/1.1\r\nHost: x\r\nX-A: ', 'a'],
  ['headers that never end', 'GET /tasks HTTP/1.1\r\nHost: x\r\n', 'A: b\r\n'],
])('a connection that sends %s is closed', async (_what, start, rest) => {
  const connection = await RawConnection.open(app.url)
  connection.send(start)
  if (rest === ' ') await connection.ended()
  else await drip(connection, rest)
  expectProblem(await connection.answer(), 408, 'malformed_request')
})

test('a body that is cut off leaves no row, and the whole one leaves one', async () => {
  const user = await app.signIn()
  const body = '{"title":"Buy milk"}'
  for (const cut of [0, 1, body.length - 1]) {
    const connection = await RawConnection.open(app.url)
    connection.send(head(user, body.length) + body.slice(0, cut))
    connection.destroy()
  }
  for (const cut of ['14\r\n{"title":', '14\r\n{"title":"Buy milk"}\r\n']) {
    const connection = await RawConnection.open(app.url)
    connection.send(head(user, 0).replace('Content-Length: 0', 'Transfer-Encoding: chunked') + cut)
    connection.destroy()
  }
  const connection = await RawConnection.open(app.url)
  connection.send(head(user, body.length) + body)
  expect((await connection.answer())?.status).toBe(201)
  connection.destroy()
  expect((await user.get('/tasks')).body.total).toBe(1)
})

test('a thousand idle connections leave others served', async () => {
  const user = await app.signIn()
  const idle = await Promise.all(Array.from({ length: 1000 }, () => RawConnection.open(app.url)))
  for (const connection of idle) connection.send('GET /tasks HTTP/1.1\r\n')
  for (let i = 0; i < 10; i += 1) expect((await user.post('/tasks', { title: 'Buy milk' })).status).toBe(201)
  expect((await user.get('/tasks')).body.total).toBe(10)
  // They were there all the time, and the server is who ends them.
  expect((await idle[0]?.answer())?.status).toBe(408)
  await Promise.all(idle.map((connection) => connection.ended()))
})
