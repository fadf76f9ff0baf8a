import { expect, test } from 'vitest'
import { sharedApp, type User } from './support/app.ts'
import {
  exportBy,
  exportedTasks,
  importTasks,
  importText,
  ndjson,
  taskLine,
  textOf,
} from './support/export.ts'
import { RawConnection } from './support/raw.ts'

const app = await sharedApp()

const head = (user: User) => exportBy(user.id, [])[0]

test.each<[string, (user: User) => string, RegExp]>([
  [
    'that was cut off',
    (user) => textOf([head(user), taskLine(1)]),
    /line 3 is missing: the export was cut off/,
  ],
  [
    'cut in a line',
    (user) => textOf(exportBy(user.id, [taskLine(1)])).slice(0, -5),
    /line 3 is not valid JSON/,
  ],
  ['with a bad line', (user) => `${textOf([head(user), taskLine(1)])}{bad}\n`, /line 3 is not valid JSON/],
  ['without a beginning', () => textOf([taskLine(1)]), /line 1 must be the line of type export/],
  ['with two beginnings', (user) => textOf([head(user), head(user)]), /line 2 is a second beginning/],
  [
    'that counts wrong',
    (user) => textOf([head(user), taskLine(1), { type: 'end', count: 2 }]),
    /line 3 counts 2 tasks, but 1 came/,
  ],
  ['that goes on', (user) => textOf([...exportBy(user.id, []), taskLine(1)]), /line 3 comes after the end/],
  ['that is empty', () => '', /line 1 is missing/],
  ['of another version', (user) => textOf([{ ...head(user), version: 2 }]), /version must be 1 \(line 1\)/],
  [
    'with a field too many',
    (user) => textOf([head(user), taskLine(1, { user_id: user.id })]),
    /user_id is not a known field \(line 2\)/,
  ],
  [
    'with a blank title',
    (user) => textOf([head(user), taskLine(1, { title: ' ' })]),
    /title must not be blank \(line 2\)/,
  ],
  [
    'with NUL',
    (user) => textOf([head(user), taskLine(1, { description: '\0' })]),
    /description must not contain NUL.*\(line 2\)/,
  ],
  [
    'of an unknown type',
    (user) => textOf([head(user), { type: 'note' }]),
    /type must be one of export, task, end.*\(line 2\)/,
  ],
])('an import %s is refused by its line', async (_what, text, message) => {
  const user = await app.signIn()
  const answer = await importText(user, text(user))
  expect(answer.status).toBe(422)
  expect(answer.body.detail).toMatch(message)
})

test.each([
  '0000-01-01T00:00:00Z',
  '10000-01-01T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '0001-01-01T00:00:00+01:00',
  '9999-12-31T23:59:59-01:00',
  '2026-13-01T00:00:00Z',
  '2026-01-01T25:00:00Z',
  '2026-01-01',
  '2026-01-01T00:00:00',
  'infinity',
  'now',
  '',
  '4714-11-23 BC',
])('the time "%s" is refused and never an error of ours', async (time) => {
  const user = await app.signIn()
  for (const field of ['created_at', 'updated_at', 'deleted_at']) {
    const answer = await importTasks(user, [taskLine(1, { [field]: time })])
    expect(answer.status, field).toBe(422)
    expect(answer.body.errors).toMatchObject([{ in: 'body', path: `/${field}` }])
  }
  expect((await user.get('/me')).body.task_count).toBe(0)
})

test.each([
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ['1850-06-01T12:00:00.5+05:30', '1850-06-01T06:30:00.500Z'],
  ['9999-12-31T23:59:59.9999Z', '9999-12-31T23:59:59.999Z'],
  ['2026-01-01t00:00:00z', '2026-01-01T00:00:00.000Z'],
])('the time %s is taken, and kept as %s', async (time, kept) => {
  const user = await app.signIn()
  const times = { created_at: time, updated_at: time, deleted_at: time }
  expect(
    (await importTasks(user, [taskLine(1, times), taskLine(2, { ...times, deleted_at: null })])).status,
  ).toBe(200)
  const [trashed, live] = await exportedTasks(user)
  expect(trashed).toMatchObject({ created_at: kept, updated_at: kept, deleted_at: kept })
  for (const path of ['/tasks', '/trash', '/tasks/changes', `/tasks/${live.id}`]) {
    expect((await user.get(path)).status, path).toBe(200)
  }
  // Another's export makes ids of these times.
  const other = await app.signIn()
  expect((await importTasks(other, [taskLine(1, times)], user.id)).body).toEqual({ imported: 1, skipped: 0 })
})

test('a line over 64 KiB is refused, in the middle as at the end, and one of 64 KiB is not', async () => {
  const user = await app.signIn()
  const padded = (bytes: number) => {
    const line = JSON.stringify(taskLine(1))
    return line + ' '.repeat(bytes - line.length)
  }
  const [first, last] = textOf(exportBy(user.id, [{}])).split('\n{}\n')
  for (const text of [`${first}\n${padded(65_537)}\n${last}`, `${first}\n${padded(65_537)}`]) {
    const answer = await importText(user, text)
    expect(answer.status).toBe(413)
    expect(answer.body.code).toBe('payload_too_large')
  }
  expect((await importText(user, `${first}\n${padded(65_536)}\n${last}`)).body).toEqual({
    imported: 1,
    skipped: 0,
  })
})

test('invalid UTF-8 is refused, also where the body ends within a character', async () => {
  const user = await app.signIn()
  const bytes = Buffer.from(textOf(exportBy(user.id, [taskLine(1, { title: 'ä' })])))
  const broken = Buffer.from(bytes)
  broken[broken.indexOf(0xc3) + 1] = 0x20
  for (const body of [broken, bytes.subarray(0, bytes.indexOf(0xc3) + 1)]) {
    const answer = await importText(user, new Uint8Array(body))
    expect(answer.status).toBe(400)
    expect(answer.body.code).toBe('malformed_request')
  }
  expect((await importText(user, new Uint8Array(bytes))).status).toBe(200)
})

test('any other content type, and any encoding, is refused', async () => {
  const user = await app.signIn()
  const text = textOf(exportBy(user.id, [taskLine(1)]))
  for (const type of [
    'text/html',
    'application/ndjson',
    'application/x-ndjson-seq',
    'multipart/form-data; boundary=x',
  ]) {
    expect((await user.post('/me/import', text, { 'content-type': type })).status, type).toBe(415)
  }
  expect((await user.post('/me/import', { type: 'export' })).status).toBe(415)
  expect((await user.post('/me/import', text, { ...ndjson, 'content-encoding': 'gzip' })).status).toBe(415)
  expect((await user.get('/me')).body.task_count).toBe(0)
  expect(
    (await user.post('/me/import', text, { 'content-type': 'application/x-ndjson; charset=utf-8' })).status,
  ).toBe(200)
})

test('a refusal in the middle reaches a client that is still sending, and nothing is left of what came before it', async () => {
  const user = await app.signIn()
  const good = Array.from({ length: 200 }, (_, i) => taskLine(i))
  const text = `${textOf([head(user), ...good])}{bad}\n`
  const connection = await RawConnection.open(app.url)
  const rest = 'x'.repeat(100_000)
  connection.send(
    `POST /me/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${user.token}\r\n` +
      `Content-Type: application/x-ndjson\r\nContent-Length: ${text.length + 40 * rest.length}\r\n\r\n${text}`,
  )
  // Not before the answer is here do we send the rest of what we have announced.
  await connection.until(/./)
  for (let sent = 0; sent < 40; sent += 1) connection.send(rest)
  connection.send('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  const answer = await connection.ended()
  expect(answer).toMatch(/^HTTP\/1.1 422 /)
  expect(answer).toMatch(/line 202 is not valid JSON/)
  expect(answer).toMatch(/HTTP\/1.1 200 OK/)
  expect((await user.get('/me')).body.task_count).toBe(0)
})
