import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import { exportBy, taskLine, textOf } from './support/export.ts'
import { RawConnection } from './support/raw.ts'
import { parseAnswers, type RawAnswer } from './support/raw-answers.ts'
import { createTasks } from './support/tasks.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

interface Sent {
  bytes: string
  status: number
}

type Request = (user: User) => Promise<Sent> | Sent

const type = 'Content-Type: application/json'

function bytesOf(user: User | undefined, line: string, headers: string[] = [], body = ''): string {
  const authorization = user === undefined ? [] : [`Authorization: Bearer ${user.token}`]
  return `${[`${line} HTTP/1.1`, 'Host: a', ...authorization, ...headers].join('\r\n')}\r\n\r\n${body}`
}

function withBody(user: User | undefined, line: string, body: string, headers = [type]): string {
  return bytesOf(user, line, [...headers, `Content-Length: ${Buffer.byteLength(body)}`], body)
}

const plain = (line: string, status: number): [string, Request] => [
  line,
  (user) => ({ bytes: bytesOf(user, line), status }),
]

const task = '{"title":"a"}'
const chunkedTask = `d\r\n${task}\r\n0\r\n\r\n`
const post: Request = (user) => ({ bytes: withBody(user, 'POST /tasks', task), status: 201 })

/** One of every kind: what is done, what is read, what is refused early or late, what has a body and what has none. */
const requests: [string, Request][] = [
  ['POST /tasks', post],
  [
    'POST /tasks in chunks',
    (user) => ({
      bytes: bytesOf(user, 'POST /tasks', [type, 'Transfer-Encoding: chunked'], chunkedTask),
      status: 201,
    }),
  ],
  [
    'POST /tasks that expects 100-continue',
    (user) => ({ bytes: withBody(user, 'POST /tasks', task, [type, 'Expect: 100-continue']), status: 201 }),
  ],
  [
    'POST /tasks for the last time',
    (user) => ({ bytes: withBody(user, 'POST /tasks', task, [type, 'Connection: close']), status: 201 }),
  ],
  ['POST /tasks of nothing', (user) => ({ bytes: withBody(user, 'POST /tasks', '{}'), status: 422 })],
  ['POST /tasks by nobody', () => ({ bytes: withBody(undefined, 'POST /tasks', task), status: 401 })],
  [
    'POST /tasks as text',
    (user) => ({
      bytes: withBody(user, 'POST /tasks', task, ['Content-Type: text/plain']),
      status: 415,
    }),
  ],
  [
    'PATCH of a task',
    async (user) => {
      const [{ id }] = await createTasks(user, 1)
      return { bytes: withBody(user, `PATCH /tasks/${id}`, task), status: 200 }
    },
  ],
  [
    'DELETE of a task',
    async (user) => {
      const [{ id }] = await createTasks(user, 1)
      return { bytes: bytesOf(user, `DELETE /tasks/${id}`), status: 204 }
    },
  ],
  plain('DELETE /me', 204),
  plain('GET /livez', 200),
  plain('HEAD /livez', 200),
  plain('GET /tasks', 200),
  plain('HEAD /tasks', 200),
  plain('GET /nowhere', 404),
  plain('PUT /tasks', 405),
  plain('GET /me/export', 200),
  [
    'POST /me/import',
    (user) => {
      const text = textOf(exportBy(user.id, [taskLine(1)]))
      return {
        bytes: withBody(user, 'POST /me/import', text, ['Content-Type: application/x-ndjson']),
        status: 200,
      }
    },
  ],
]

const junk: [string, string][] = [
  ['one byte too many', 'x'],
  ['NUL', '\0'],
  ['words', 'NOT HTTP\r\n\r\n'],
  ['a TLS greeting', '\x16\x03\x01\x02\x00\x01'],
  ['headers without an end', `GET /livez HTTP/1.1\r\nX-A: ${'a'.repeat(20_000)}`],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['junk and a task', `x\r\n\r\n${withBody(undefined, 'POST /tasks', task)}`],
]

const moments = ['in the same packet', 'while the answer is owed', 'after the answer'] as const

/** An answer to its end, in chunks or not. */
const whole = /^HTTP\/1\.1 [2-5](?:(?!chunked)[\s\S])*\r\n\r\n|\r\n0\r\n\r\n$/m

/** Talks as told, and checks what holds whatever is sent: the answers are answers, the requests' come first, in order. */
async function answersTo(sent: Sent[], then: string, when: (typeof moments)[number]): Promise<RawAnswer[]> {
  const talk = await RawConnection.open(app.url)
  const bytes = sent.map((one) => one.bytes).join('')
  if (when === 'in the same packet') talk.send(bytes + then)
  else {
    talk.send(bytes)
    if (when === 'after the answer') await talk.until(whole)
    talk.send(then)
  }
  const methods = sent.map((one) => one.bytes.slice(0, one.bytes.indexOf(' ')))
  return parseAnswers(await talk.ended(), methods)
}

function expectAnswers(answers: RawAnswer[], sent: Sent[]): void {
  expect(answers.slice(0, sent.length)).toMatchObject(sent.map(({ status }) => ({ status, isWhole: true })))
  const more = answers.slice(sent.length)
  expect(more.length).toBeLessThanOrEqual(1)
  for (const { status } of more) expect([400, 431]).toContain(status)
}

/** Every kind of junk behind a task, and behind each other request the first and one more. */
const behind = requests.flatMap(([request, make], i) =>
  junk
    .filter((_, j) => i === 0 || j === 0 || j === 1 + (i % (junk.length - 1)))
    .flatMap(([what, bytes]) => moments.map((moment) => ({ request, make, what, bytes, moment }))),
)

test.each(behind)(
  '$request keeps its one answer when $what comes $moment',
  async ({ make, bytes, moment }) => {
    const user = await app.signIn()
    const sent = [await make(user)]
    const before = (await user.get('/tasks')).body.total
    const answers = await answersTo(sent, bytes, moment)
    expectAnswers(answers, sent)
    const { status, bytes: request } = sent[0] ?? { status: 0, bytes: '' }
    const makes =
      request.startsWith('POST') && status < 300 ? 1 : request.startsWith('DELETE /tasks') ? -1 : 0
    expect((await user.get('/tasks')).body.total).toBe(before + makes)
    // What came of itself, when nothing was owed, is told what it was.
    if (moment === 'after the answer' && answers[0]?.headers.get('connection') !== 'close') {
      expect(answers).toHaveLength(2)
    }
  },
)

test.each(junk)('three tasks that are sent at once are made and answered before %s', async (_what, bytes) => {
  const user = await app.signIn()
  const sent = await Promise.all([post(user), post(user), post(user)])
  const answers = await answersTo(sent, bytes, 'in the same packet')
  expectAnswers(answers, sent)
  expect(answers.at(-1)?.headers.get('connection')).toBe('close')
  expect((await user.get('/tasks')).body.total).toBe(3)
})

const chunked = 'Transfer-Encoding: chunked'
/** Requests whose own body, or end, cannot be understood: first what is, then the rest. */
const broken: [string, (user: User) => string, string, number[]][] = [
  ['a task', (user) => bytesOf(user, 'POST /tasks', [type, chunked]), 'ZZ\r\n{}\r\n0\r\n\r\n', [400]],
  [
    'the end of a task',
    (user) => bytesOf(user, 'POST /tasks', [type, chunked], `d\r\n${task}\r\n`),
    'Z',
    [400],
  ],
  [
    'a trailer',
    (user) => bytesOf(user, 'POST /tasks', [type, chunked], `d\r\n${task}\r\n0\r\n`),
    ' \0',
    [400],
  ],
  ['a task by nobody', () => bytesOf(undefined, 'POST /tasks', [type, chunked]), 'ZZ\r\n', [400, 401]],
  [
    'a task as text',
    (user) => bytesOf(user, 'POST /tasks', ['Content-Type: text/plain', chunked]),
    'ZZ\r\n',
    [400, 415],
  ],
  ['a task without a type', (user) => bytesOf(user, 'POST /tasks', [chunked]), 'ZZ\r\n', [400, 415]],
  ['a body for nothing', (user) => bytesOf(user, 'POST /nowhere', [type, chunked]), 'ZZ\r\n', [400, 404]],
  ['a body for PUT', (user) => bytesOf(user, 'PUT /tasks', [type, chunked]), 'ZZ\r\n', [400, 405]],
  ['a body for GET', (user) => bytesOf(user, 'GET /livez', [chunked]), 'ZZ\r\n', [200]],
  ['a body for a list', (user) => bytesOf(user, 'GET /tasks', [chunked]), 'ZZ\r\n', [200, 400]],
  ['a body for HEAD', (user) => bytesOf(user, 'HEAD /livez', [chunked]), 'ZZ\r\n', [200]],
  ['a body for an export', (user) => bytesOf(user, 'GET /me/export', [chunked]), 'ZZ\r\n', [200, 400]],
  ['a body for DELETE', (user) => bytesOf(user, 'DELETE /me', [type, chunked]), 'ZZ\r\n', [400]],
  ['a batch', (user) => bytesOf(user, 'POST /tasks/batch', [type, chunked]), 'ZZ\r\n', [400]],
  [
    'an import',
    (user) => {
      const line = textOf(exportBy(user.id, [taskLine(1)]).slice(0, 2))
      const chunk = `${Buffer.byteLength(line).toString(16)}\r\n${line}\r\n`
      return bytesOf(user, 'POST /me/import', ['Content-Type: application/x-ndjson', chunked], chunk)
    },
    'ZZ\r\n',
    [400],
  ],
  [
    'an import without a line',
    (user) => bytesOf(user, 'POST /me/import', ['Content-Type: application/x-ndjson', chunked]),
    'ZZ\r\n',
    [400],
  ],
  [
    'a coding that is none',
    (user) => bytesOf(user, 'POST /tasks', [type, 'Transfer-Encoding: xchunked']),
    '',
    [400],
  ],
  ['no coding', (user) => bytesOf(user, 'POST /tasks', [type, 'Transfer-Encoding: identity']), '', [400]],
  [
    'a quoted coding',
    (user) => bytesOf(user, 'POST /tasks', [type, 'Transfer-Encoding: "chunked"']),
    '',
    [400],
  ],
  ['a coding with a parameter', (user) => bytesOf(user, 'POST /tasks', [type, `${chunked};q=1`]), '', [400]],
  ['HTTP/2.0', () => 'GET /livez HTTP/2.0\r\nHost: a\r\n\r\n', '', [400]],
  ['HTTP/0.9', () => 'GET /livez HTTP/0.9\r\nHost: a\r\n\r\n', '', [400]],
  ['a last request and more', (user) => bytesOf(user, 'GET /livez', ['Connection: close']), 'GARBAGE', [200]],
]

const inside = broken.flatMap(([what, make, then, statuses]) =>
  moments.slice(0, 2).map((moment, before) => ({ what, make, then, statuses, moment, before })),
)

test.each(inside)(
  '$what that breaks off $moment has one answer, behind $before others',
  async ({ make, then, statuses, moment, before }) => {
    const user = await app.signIn()
    const first = before === 0 ? [] : [await post(user)]
    const bytes = make(user)
    const answers = await answersTo([...first, { bytes, status: 0 }], then, moment)
    expect(answers).toHaveLength(before + 1)
    expect(answers.slice(0, before)).toMatchObject(first.map(({ status }) => ({ status })))
    expect(statuses).toContain(answers.at(-1)?.status)
    expect((await user.get('/tasks')).body.total).toBe(before)
  },
)

test.each(broken.slice(3, 8))(
  '%s that breaks off after its answer has no other',
  async (_what, make, then, statuses) => {
    const answers = await answersTo(
      [{ bytes: make(await app.signIn()), status: 0 }],
      then,
      'after the answer',
    )
    expect(answers).toHaveLength(1)
    expect(statuses.at(-1)).toBe(answers[0]?.status)
  },
)

test.each(junk)(
  'an open stream of events ends, and is nothing but events, when %s comes',
  async (_what, bytes) => {
    const user = await app.signIn()
    const talk = await RawConnection.open(app.url)
    talk.send(bytesOf(user, 'GET /tasks/events'))
    await talk.until(/\n\n/)
    talk.send(bytes)
    const [stream, ...more] = parseAnswers(await talk.ended(), ['GET'])
    expect(stream).toMatchObject({ status: 200, isWhole: true })
    expect(stream?.body).not.toContain('HTTP')
    expect(more).toEqual([])
  },
)

test('an export that has begun is whole, and nothing else, when junk comes', async () => {
  const user = await app.signIn()
  const description = 'x'.repeat(2000)
  const operations = Array.from({ length: 100 }, () => ({ op: 'create', title: 'Long', description }))
  for (let i = 0; i < 10; i += 1) expect((await user.post('/tasks/batch', { operations })).status).toBe(200)
  const talk = await RawConnection.open(app.url)
  talk.socket.pause()
  talk.send(bytesOf(user, 'GET /me/export') + bytesOf(user, 'GET /livez'))
  talk.send('NOT HTTP\r\n\r\n')
  talk.socket.resume()
  const [answer, alive, ...more] = parseAnswers(await talk.ended(), ['GET', 'GET'])
  expect(answer).toMatchObject({ status: 200, isWhole: true })
  expect(answer?.body.trimEnd().split('\n')).toHaveLength(1002)
  expect(answer?.body).toMatch(/{"type":"end","count":1000}\n$/)
  expect([alive?.status, more]).toEqual([200, []])
})

test('CONNECT is answered after what was asked before it', async () => {
  const user = await app.signIn()
  const sent = await Promise.all([post(user), post(user)])
  const talk = await RawConnection.open(app.url)
  talk.send(`${sent.map(({ bytes }) => bytes).join('')}CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n`)
  const answers = parseAnswers(await talk.ended(), ['POST', 'POST', 'CONNECT'])
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 405])
  expect((await user.get('/tasks')).body.total).toBe(2)
})

test('nothing is done of what comes behind the last answer', async () => {
  const user = await app.signIn()
  const { bytes } = await post(user)
  const long = withBody(user, 'POST /tasks', `{"title":"${'x'.repeat(70_000)}"}`)
  const talk = await RawConnection.open(app.url)
  talk.send(long.slice(0, 1000))
  await talk.until(whole)
  talk.send(long.slice(1000) + bytes + bytes)
  const answers = parseAnswers(await talk.ended(), ['POST'])
  expect(answers.map(({ status }) => status)).toEqual([413])
  expect((await user.get('/tasks')).body.total).toBe(0)

  const again = await RawConnection.open(app.url)
  again.send(bytes + bytes + bytes.replace('Host: a', 'Host: a, b') + bytes)
  expect(parseAnswers(await again.ended(), ['POST', 'POST', 'POST']).map(({ status }) => status)).toEqual([
    201, 201, 400,
  ])
  expect((await user.get('/tasks')).body.total).toBe(2)
})

test('a request to upgrade is the last one: nothing behind it is done', async () => {
  const user = await app.signIn()
  const { bytes } = await post(user)
  const upgrade = bytesOf(
    user,
    'POST /tasks',
    ['Connection: Upgrade', 'Upgrade: h2c', type, 'Content-Length: 13'],
    task,
  )
  const talk = await RawConnection.open(app.url)
  talk.send(upgrade + bytes)
  expect(parseAnswers(await talk.ended(), ['POST'])).toMatchObject([{ status: 201 }])
  expect((await user.get('/tasks')).body.total).toBe(1)
})
