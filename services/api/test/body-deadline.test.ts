import type { Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { productionTimeouts } from '../src/http/wire/timeouts.ts'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import { exportBy, taskLine, textOf } from './support/export.ts'
import { silentLog } from './support/log.ts'
import { RawConnection } from './support/raw.ts'

/** As in production, in a fraction of the time. */
const timeouts = {
  headersMilliseconds: 1000,
  requestMilliseconds: 600,
  checkMilliseconds: 50,
  stalledMilliseconds: 3000,
}

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({}, silentLog, { timeouts })
})
afterAll(() => app.close())

async function open(): Promise<{ socket: Socket; answer: Promise<string> }> {
  const connection = await RawConnection.open(app.url)
  return { socket: connection.socket, answer: connection.ended() }
}

function head(path: string, user: User, type: string, length: number): string {
  const lines = [`POST ${path} HTTP/1.1`, 'Host: x', `Content-Type: ${type}`, `Content-Length: ${length}`]
  return [...lines, `Authorization: Bearer ${user.token}`, 'Connection: close', '\r\n'].join('\r\n')
}

/** Sends the pieces at less than half the deadline's pace. */
function drip(socket: Socket, pieces: Iterator<string>): void {
  const timer = setInterval(() => {
    const next = pieces.next()
    if (next.done === true) clearInterval(timer)
    else socket.write(next.value)
  }, timeouts.requestMilliseconds / 4)
  socket.once('close', () => clearInterval(timer))
}

function* endlessly(piece: string): Generator<string> {
  for (;;) yield piece
}

test('in production a body has 20 s, and no whole request has a limit of Node’s', async () => {
  expect(productionTimeouts.requestMilliseconds).toBe(20_000)
  expect(app.app.server.requestTimeout).toBe(0)
  expect(app.app.server.headersTimeout).toBe(timeouts.headersMilliseconds)
})

test('a body that does not come, or drips in, is answered with 408 and its connection closed', async () => {
  const user = await app.signIn()
  for (const pieces of [[], endlessly(' ')]) {
    const { socket, answer } = await open()
    socket.write(
      head('/tasks', user, 'application/json', 60_000).replace('\r\n', '\r\nX-Request-Id: late\r\n'),
    )
    drip(socket, pieces[Symbol.iterator]())
    const text = await answer
    expect(text).toMatch(/^HTTP\/1.1 408 /)
    expect(text).toMatch(/"code":"malformed_request"/)
    expect(text).toMatch(/\r\nx-request-id: late\r\n/)
  }
  expect((await user.post('/tasks', { title: 'In time' })).status).toBe(201)
})

test('a refused request does not keep its connection by going on with its body', async () => {
  const { socket, answer } = await open()
  socket.write('POST /tasks HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n')
  drip(socket, endlessly(' '))
  expect(await answer).toMatch(/^HTTP\/1.1 401 /)
})

test('an import may take far longer than the deadline, so long as bytes come', async () => {
  const user = await app.signIn()
  const lines = exportBy(
    user.id,
    Array.from({ length: 14 }, (_, i) => taskLine(i)),
  ).map((line) => textOf([line]))
  const { socket, answer } = await open()
  socket.write(head('/me/import', user, 'application/x-ndjson', lines.join('').length))
  drip(socket, lines.values())
  const text = await answer
  expect(text).toMatch(/^HTTP\/1.1 200 /)
  expect(text).toMatch(/"imported":14/)
})

test('an import of which nothing more comes is given up', async () => {
  const user = await app.signIn()
  const { socket, answer } = await open()
  const text = textOf(exportBy(user.id, [taskLine(1)]))
  socket.write(head('/me/import', user, 'application/x-ndjson', text.length) + text.slice(0, -10))
  expect(await answer).toMatch(/^HTTP\/1.1 408 /)
  expect((await user.get('/me')).body.task_count).toBe(0)
})

test('a refused import does not go on for ever', async () => {
  const user = await app.signIn()
  const { socket, answer } = await open()
  socket.write(`${head('/me/import', user, 'application/x-ndjson', 10_000_000)}{bad}\n`)
  drip(socket, endlessly(' '))
  expect(await answer).toMatch(/^HTTP\/1.1 422 /)
})

test('who asks for much and reads nothing is cut off', async () => {
  const user = await app.signIn()
  const description = 'x'.repeat(2000)
  const operations = Array.from({ length: 100 }, () => ({ op: 'create', title: 'Long', description }))
  expect((await user.post('/tasks/batch', { operations })).status).toBe(200)
  const served: Socket[] = []
  app.app.server.once('connection', (ours) => served.push(ours))
  const { socket } = await open()
  socket.pause()
  const request = `GET /tasks?per_page=100 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${user.token}\r\n\r\n`
  socket.write(request.repeat(100))
  await expect.poll(() => served[0]?.destroyed).toBe(true)
  socket.destroy()
  expect((await user.get('/tasks?per_page=1')).body.total).toBe(100)
})
