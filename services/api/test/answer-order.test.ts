import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'
import { exportBy, taskLine, textOf } from './support/export.ts'
import { RawConnection } from './support/raw.ts'
import { parseAnswers, type RawAnswer } from './support/raw-answers.ts'
import {
  answersAt,
  bytesOf,
  jsonType,
  type MakeRequest,
  type Moment,
  moments,
  post,
  type Sent,
  task,
  withBody,
} from './support/sent-requests.ts'
import { createTasks } from './support/tasks.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

const plain = (line: string, status: number): [string, MakeRequest] => [
  line,
  (user) => ({ bytes: bytesOf(user, line), status }),
]

const chunkedTask = `d\r\n${task}\r\n0\r\n\r\n`

/** One of every kind: what is done, what is read, what is refused early or late, what has a body and what has none. */
const requests: [string, MakeRequest][] = [
  ['POST /tasks', post],
  [
    'POST /tasks in chunks',
    (user) => ({
      bytes: bytesOf(user, 'POST /tasks', [jsonType, 'Transfer-Encoding: chunked'], chunkedTask),
      status: 201,
    }),
  ],
  [
    'POST /tasks that expects 100-continue',
    (user) => ({
      bytes: withBody(user, 'POST /tasks', task, [jsonType, 'Expect: 100-continue']),
      status: 201,
    }),
  ],
  [
    'POST /tasks for the last time',
    (user) => ({ bytes: withBody(user, 'POST /tasks', task, [jsonType, 'Connection: close']), status: 201 }),
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

const answersTo = (sent: Sent[], then: string, when: Moment) => answersAt(app.url, sent, then, when)

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
