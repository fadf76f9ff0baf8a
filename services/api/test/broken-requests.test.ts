import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import { exportBy, taskLine, textOf } from './support/export.ts'
import {
  answersAt,
  bytesOf,
  jsonType,
  type Moment,
  moments,
  post,
  type Sent,
  task,
} from './support/sent-requests.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

const answersTo = (sent: Sent[], then: string, when: Moment) => answersAt(app.url, sent, then, when)

const chunked = 'Transfer-Encoding: chunked'
/** Requests whose own body, or end, cannot be understood: first what is, then the rest. */
const broken: [string, (user: User) => string, string, number[]][] = [
  ['a task', (user) => bytesOf(user, 'POST /tasks', [jsonType, chunked]), 'ZZ\r\n{}\r\n0\r\n\r\n', [400]],
  [
    'the end of a task',
    (user) => bytesOf(user, 'POST /tasks', [jsonType, chunked], `d\r\n${task}\r\n`),
    'Z',
    [400],
  ],
  [
    'a trailer',
    (user) => bytesOf(user, 'POST /tasks', [jsonType, chunked], `d\r\n${task}\r\n0\r\n`),
    ' \0',
    [400],
  ],
  ['a task by nobody', () => bytesOf(undefined, 'POST /tasks', [jsonType, chunked]), 'ZZ\r\n', [400, 401]],
  [
    'a task as text',
    (user) => bytesOf(user, 'POST /tasks', ['Content-Type: text/plain', chunked]),
    'ZZ\r\n',
    [400, 415],
  ],
  ['a task without a type', (user) => bytesOf(user, 'POST /tasks', [chunked]), 'ZZ\r\n', [400, 415]],
  ['a body for nothing', (user) => bytesOf(user, 'POST /nowhere', [jsonType, chunked]), 'ZZ\r\n', [400, 404]],
  ['a body for PUT', (user) => bytesOf(user, 'PUT /tasks', [jsonType, chunked]), 'ZZ\r\n', [400, 405]],
  ['a body for GET', (user) => bytesOf(user, 'GET /livez', [chunked]), 'ZZ\r\n', [200]],
  ['a body for a list', (user) => bytesOf(user, 'GET /tasks', [chunked]), 'ZZ\r\n', [200, 400]],
  ['a body for HEAD', (user) => bytesOf(user, 'HEAD /livez', [chunked]), 'ZZ\r\n', [200]],
  ['a body for an export', (user) => bytesOf(user, 'GET /me/export', [chunked]), 'ZZ\r\n', [200, 400]],
  ['a body for DELETE', (user) => bytesOf(user, 'DELETE /me', [jsonType, chunked]), 'ZZ\r\n', [400]],
  ['a batch', (user) => bytesOf(user, 'POST /tasks/batch', [jsonType, chunked]), 'ZZ\r\n', [400]],
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
    (user) => bytesOf(user, 'POST /tasks', [jsonType, 'Transfer-Encoding: xchunked']),
    '',
    [400],
  ],
  ['no coding', (user) => bytesOf(user, 'POST /tasks', [jsonType, 'Transfer-Encoding: identity']), '', [400]],
  [
    'a quoted coding',
    (user) => bytesOf(user, 'POST /tasks', [jsonType, 'Transfer-Encoding: "chunked"']),
    '',
    [400],
  ],
  [
    'a coding with a parameter',
    (user) => bytesOf(user, 'POST /tasks', [jsonType, `${chunked};q=1`]),
    '',
    [400],
  ],
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
