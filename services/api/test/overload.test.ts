import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Backlog } from '../src/database/backlog.ts'
import { productionLimits, Queue } from '../src/http/wire/overload.ts'
import { startTestApp, type TestApp, token } from './support/app.ts'
import { Client } from './support/client.ts'
import { holdDatabase } from './support/held-database.ts'
import { captureLog, silentLog } from './support/log.ts'
import { RawConnection } from './support/raw.ts'
import { times } from './support/tasks.ts'

/** Two may wait, for no time at all. The clocks of a busy machine decide nothing here. */
const overload = {
  few: 2,
  patienceMilliseconds: 0,
  standstillMilliseconds: 0,
  queueMilliseconds: 0,
  fewest: 2,
  oldMilliseconds: Number.POSITIVE_INFINITY,
  lateMilliseconds: Number.POSITIVE_INFINITY,
}

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({}, silentLog, { overload })
})
afterAll(() => app.close())

const waiting = (kind: 'read' | 'write') => expect.poll(() => app.database.backlogs[kind].waiting)

test('more than the few that wait are refused at once with 503 and Retry-After, and the few are answered', async () => {
  const users = await times(2, () => app.signIn())
  const stranger = await app.signIn()
  for (const user of [...users, stranger]) await user.post('/tasks', { title: 'Buy milk' })
  const held = await holdDatabase(app)
  const few = users.map((user) => user.get('/tasks'))
  await waiting('read').toBe(2)
  const refused = await stranger.get('/tasks').finally(held.release)
  expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  expect(refused.headers.get('retry-after')).toBe('1')
  expect((await Promise.all(few)).map(({ status, body }) => [status, body.total])).toEqual([
    [200, 1],
    [200, 1],
  ])
  expect((await stranger.get('/tasks')).body.total).toBe(1)
})

test('under overload a bad token is 401, and the probes and the metrics are answered', async () => {
  const users = await times(2, () => app.signIn())
  const held = await holdDatabase(app)
  const few = users.map((user) => user.get('/tasks'))
  await waiting('read').toBe(2)
  const stranger = new Client(app.url, await token({ sub: randomUUID() }))
  const answers = await Promise.all([
    stranger.get('/tasks'),
    new Client(app.url, 'x.y.z').get('/tasks'),
    app.anonymous.get('/tasks'),
    app.anonymous.get('/livez'),
    app.anonymous.get('/metrics'),
    app.anonymous.get('/openapi.json'),
  ]).finally(held.release)
  expect(answers.map(({ status }) => status)).toEqual([503, 401, 401, 200, 200, 200])
  expect((await app.anonymous.get('/readyz')).status).toBe(200)
  await Promise.all(few)
})

test('a refusal for overload is an answer like any other: its headers, the log, the metrics, and no end of the connection', async () => {
  const origin = 'https://app.example'
  const { log, lines } = captureLog()
  const strict = await startTestApp({ CORS_ORIGINS: origin }, log, { overload })
  const [few, user] = [await times(2, () => strict.signIn()), await strict.signIn()]
  const held = await holdDatabase(strict)
  const waitingReads = few.map((each) => each.get('/tasks'))
  await expect.poll(() => strict.database.backlogs.read.waiting).toBe(2)
  const connection = await RawConnection.open(strict.url)
  const request = (method: string) =>
    `${method} /tasks?page=2 HTTP/1.1\r\nHost: x\r\nOrigin: ${origin}\r\nX-Request-Id: ${method}\r\nAuthorization: Bearer ${user.token}\r\n\r\n`
  connection.send(`${request('HEAD')}${request('GET')}GET /livez HTTP/1.1\r\nHost: x\r\n\r\n`)
  const answers = [
    await connection.answer('HEAD'),
    await connection.answer(),
    await connection.answer().finally(held.release),
  ]
  connection.destroy()
  expect(answers.map((answer) => answer?.status)).toEqual([503, 503, 200])
  const [head, get] = answers
  const headersOf = (answer: typeof head) => {
    const { date: _, 'x-request-id': id, ...headers } = Object.fromEntries(answer?.headers ?? [])
    return { id, headers }
  }
  expect(headersOf(get)).toMatchObject({
    id: 'GET',
    headers: {
      'retry-after': '1',
      'cache-control': 'private, no-cache',
      'content-type': 'application/problem+json; charset=utf-8',
      'access-control-allow-origin': origin,
      'x-content-type-options': 'nosniff',
    },
  })
  expect(headersOf(head)).toEqual({ ...headersOf(get), id: 'HEAD' })
  expect(head?.body).toBe('')
  await Promise.all(waitingReads)
  const metrics = await strict.anonymous.get('/metrics')
  expect(metrics.text).toMatch(
    /^http_request_duration_seconds_count\{method="GET",route="\/tasks",status="503"\} 1$/m,
  )
  expect(lines.filter(({ status }) => status === 503)).toMatchObject([
    { msg: 'request', method: 'HEAD', route: '/tasks', requestId: 'HEAD', userId: user.id },
    { msg: 'request', method: 'GET', route: '/tasks', requestId: 'GET', userId: user.id },
  ])
  await strict.close()
})

test('a request that is refused for overload is answered before its body has come', async () => {
  const users = await times(2, () => app.signIn())
  const user = await app.signIn()
  const held = await holdDatabase(app)
  const few = users.map((other) => other.post('/tasks', { title: 'Waits' }))
  await waiting('write').toBe(2)
  const connection = await RawConnection.open(app.url)
  connection.send(
    `POST /tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${user.token}\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n`,
  )
  const answer = await connection.answer().finally(held.release)
  connection.destroy()
  expect(answer?.status).toBe(503)
  expect((await Promise.all(few)).map(({ status }) => status)).toEqual([201, 201])
  expect((await user.get('/tasks')).body.total).toBe(0)
})

test('while the event loop stays late, more than a few are refused, and the probes are answered', async () => {
  const late = await startTestApp({}, silentLog, {
    overload: { ...overload, few: 0, fewest: 0, lateMilliseconds: 100 },
  })
  expect((await late.anonymous.get('/openapi.json')).status).toBe(200)
  const work = setInterval(() => {
    const end = performance.now() + 250
    while (performance.now() < end);
  })
  await expect.poll(async () => (await late.anonymous.get('/openapi.json')).status).toBe(503)
  const alive = await late.anonymous.get('/livez')
  clearInterval(work)
  expect(alive.status).toBe(200)
  await expect.poll(async () => (await late.anonymous.get('/openapi.json')).status).toBe(200)
  await late.close()
})

// Whole milliseconds, in the tests below: of others the differences are not exact.
test('a queue stands while answers are late, and not for one late answer, nor for many that wait and are answered', () => {
  let waiting = 100
  const backlog = new Backlog(() => -waiting)
  const limits = { ...productionLimits, few: 2 }
  const queue = new Queue(backlog, limits)
  const start = Math.ceil(performance.now())
  const at = (milliseconds: number) => queue.isStanding(start + milliseconds)
  backlog.answered(start, start)
  expect(at(0)).toBe(false)
  // A pause: the first answers after it are late, the next ones prompt.
  backlog.answered(start, start + 400)
  expect(at(400)).toBe(false)
  backlog.answered(start + 400, start + 410)
  expect(at(500)).toBe(false)
  // Late, and late again.
  backlog.answered(start + 410, start + 600)
  backlog.answered(start + 420, start + 640)
  expect(at(600 + limits.patienceMilliseconds)).toBe(true)
  backlog.answered(start + 690, start + 700)
  expect(at(700)).toBe(false)
  expect(at(700 + limits.standstillMilliseconds)).toBe(true)
  // So few are taken whatever they wait for.
  waiting = 1
  expect(at(5_000)).toBe(false)
})

test('while a queue stands, as many are taken as are answered in time, until there was room for a second', () => {
  let waiting = 0
  const backlog = new Backlog(() => -waiting)
  const queue = new Queue(backlog, { ...productionLimits, few: 20, fewest: 2, queueMilliseconds: 60 })
  const start = Math.ceil(performance.now())
  const full = (milliseconds: number, many: number) => {
    waiting = many
    return queue.isFull(start + milliseconds)
  }
  const answer = (from: number, until: number, took: number) => {
    for (let at = from; at < until; at += 1) backlog.answered(start + at - took, start + at)
  }
  // One in a millisecond, and promptly: whoever comes is taken, however many wait.
  answer(0, 200, 10)
  expect(full(200, 1_000)).toBe(false)
  // As many as before, and each late.
  answer(200, 400, 150)
  expect(full(400, 1_000)).toBe(true)
  // Those that wait now are answered in time, and one more is.
  expect(full(410, 50)).toBe(false)
  expect(full(410, 120)).toBe(true)
  // A prompt answer does not let all of them in again.
  answer(410, 700, 50)
  expect(full(700, 120)).toBe(true)
  expect(full(800, 50)).toBe(false)
  expect(full(1_600, 120)).toBe(true)
  // Nobody was refused for a second.
  answer(1_600, 2_700, 10)
  expect(full(2_700, 120)).toBe(false)
})

test('while a queue stands, what a late event loop reads is not taken once it has waited too long, and else it is', () => {
  let waiting = 1_000
  const backlog = new Backlog(() => -waiting)
  const queue = new Queue(backlog, productionLimits)
  const start = Math.ceil(performance.now())
  const answer = (from: number, until: number, took: number) => {
    for (let at = from; at < until; at += 1) backlog.answered(start + at - took, start + at)
  }
  const now = start + 400
  const [young, old] = [now - productionLimits.oldMilliseconds, now - productionLimits.oldMilliseconds - 1]
  answer(0, 200, 10)
  // A pause of the process alone refuses nobody.
  expect(queue.isFull(start + 200, start)).toBe(false)
  answer(200, 400, 150)
  expect(queue.isFull(now)).toBe(true)
  waiting = 1
  expect(queue.isFull(now, young)).toBe(false)
  expect(queue.isFull(now, old)).toBe(true)
})

test('answers of a database that is far away are not taken for late', () => {
  const backlog = new Backlog(() => -1_000)
  const queue = new Queue(backlog, productionLimits)
  const start = Math.ceil(performance.now())
  for (let at = 0; at < 1_000; at += 1) backlog.answered(start + at - 200, start + at)
  expect(queue.isFull(start + 500)).toBe(false)
  expect(queue.isFull(start + 1_000)).toBe(false)
  for (let at = 1_000; at < 1_200; at += 1) backlog.answered(start + at - 300, start + at)
  expect(queue.isFull(start + 1_200)).toBe(true)
})
