import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'
import { RawConnection } from './support/raw.ts'

let lines: string[] = []
let app: TestApp
beforeAll(async () => {
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  app = await startTestApp({}, pino({ level: 'debug' }, sink))
})
afterAll(() => app.close())

const valid = '{"title":"Buy milk"}'

test.each([
  'application/json',
  'APPLICATION/JSON',
  ' application/json',
  'application/json ',
  'application/json;',
  'application/json\t;',
  'application/json;charset=utf-8',
  'application/json; charset="UTF-8"; x=y',
])('%j is JSON, and what it carries is validated', async (type) => {
  const user = await app.signIn()
  const headers = { 'content-type': type }
  for (const body of ['{"title":1}', '{"title":"a","user_id":"b"}', '{}', '[]', 'null']) {
    expect((await user.post('/tasks', body, headers)).status, body).toBe(422)
  }
  expect((await user.post('/tasks', valid, headers)).status).toBe(201)
  expect((await user.get('/tasks')).body.total).toBe(1)
})

const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth)

test.each([
  ['10,000 nested arrays', nested('[', ']', 10_000), 422],
  ['10,000 nested objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 422],
  ['10,000 nested arrays for a title', `{"title":${nested('[', ']', 10_000)}}`, 422],
  ['60,000 arrays that never close', '['.repeat(60_000), 400],
  ['5,000 unknown fields', `{${Array.from({ length: 5000 }, (_, i) => `"a${i}":1`).join()}}`, 422],
  ['__proto__', '{"title":"a","__proto__":{"completed":true}}', 422],
  ['__proto__ spelled with escapes', '{"title":"a","\\u005f_proto__":{"completed":true}}', 422],
  ['constructor', '{"title":"a","constructor":{"prototype":{"polluted":true}}}', 422],
  ['prototype', '{"title":"a","prototype":{"polluted":true}}', 422],
  ['NUL in a title', '{"title":"a\\u0000b"}', 422],
  ['NUL in a description', '{"title":"a","description":"\\u0000"}', 422],
  ['NUL in a field name', '{"title":"a","b\\u0000":1}', 422],
  ['a raw control character', '{"title":"a\u0001"}', 400],
  ['a lone high surrogate', '{"title":"\\ud83d"}', 422],
  ['a lone low surrogate', '{"title":"a","description":"\\ude00"}', 422],
  ['surrogates in the wrong order', '{"title":"\\ude00\\ud83d"}', 422],
  ['a lone surrogate in a field name', '{"title":"a","\\ud83d":1}', 422],
  ['a number past its range', '{"title":1e400}', 422],
  ['a number past its range below', '{"title":"a","completed":-1e400}', 422],
  ['a number of 60,000 digits', `{"title":${'9'.repeat(60_000)}}`, 422],
  ['NaN', '{"title":NaN}', 400],
  ['a comment', '{"title":"a"/**/}', 400],
  ['two values', '{"title":"a"}{"title":"b"}', 400],
  ['a trailing comma', '{"title":"a",}', 400],
  ['only white space', ' \n ', 400],
])('a body with %s is refused and makes nothing', async (_what, body, status) => {
  const user = await app.signIn()
  const answer = await user.post('/tasks', body)
  expect(answer.status).toBe(status)
  expect(answer.text.length).toBeLessThan(20_000)
  expect(Object.keys(Object.prototype)).toEqual([])
  expect((await user.get('/tasks')).body.total).toBe(0)
  expect((await user.post('/tasks', valid)).status).toBe(201)
})

test('a client that hangs up in the middle of a body is not an error of ours', async () => {
  const user = await app.signIn()
  // Known from now on, so that the next request is at its body when it hangs up.
  expect((await user.get('/tasks')).status).toBe(200)
  lines = []
  const connection = await RawConnection.open(app.url)
  const head = `POST /tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${user.token}\r\nX-Request-Id: hung-up`
  connection.send(
    `${head}\r\nContent-Type: application/json\r\nContent-Length: 20\r\nExpect: 100-continue\r\n\r\n`,
  )
  expect((await connection.answer())?.status).toBe(100)
  connection.destroy()
  await expect.poll(() => lines.find((line) => line.includes('hung-up'))).toBeDefined()
  expect(lines.filter((line) => JSON.parse(line).level >= 50)).toEqual([])
})
