import { expect, test } from 'vitest'
import { sharedApp, type User } from './support/app.ts'
import { exportBy, type Line, linesOf, ndjson, taskLine, textOf } from './support/export.ts'
import { RawConnection } from './support/raw.ts'

const app = await sharedApp()

const importText = (user: User, text: string | Uint8Array) => user.post('/me/import', text, ndjson)
const importTasks = (user: User, tasks: Line[], exporter = user.id) =>
  importText(user, textOf(exportBy(exporter, tasks)))

/** The tasks of an export, without what is different every time. */
const exportedTasks = async (user: User) => linesOf(await user.get('/me/export')).slice(1)

async function counts(user: User) {
  const { task_count, completed_count, trash_count } = (await user.get('/me')).body
  return { task_count, completed_count, trash_count }
}

test('importing one’s own export, once or twice, changes nothing', async () => {
  const user = await app.signIn()
  const { body: task } = await user.post('/tasks', { title: 'Kept', description: '' })
  const { body: deleted } = await user.post('/tasks', { title: 'Deleted' })
  await user.delete(`/tasks/${deleted.id}`)
  const exported = await user.get('/me/export')
  const { next } = (await user.get('/tasks/changes')).body
  await user.patch(`/tasks/${task.id}`, { title: 'Changed since' })
  const before = await exportedTasks(user)
  for (let i = 0; i < 2; i += 1) {
    const answer = await importText(user, exported.text)
    expect(answer.body).toEqual({ imported: 0, skipped: 2 })
  }
  expect(await exportedTasks(user)).toEqual(before)
  expect(await counts(user)).toEqual({ task_count: 1, completed_count: 0, trash_count: 1 })
  expect((await user.get(`/tasks/changes?since=${next}`)).body.changes).toHaveLength(1)
})

test('tasks that were deleted for good come back from an export as they were', async () => {
  const user = await app.signIn()
  await user.post('/tasks', { title: 'Kept' })
  const { body: task } = await user.post('/tasks', { title: 'Gone' })
  await user.patch(`/tasks/${task.id}`, { completed: true })
  const exported = await user.get('/me/export')
  const whole = await exportedTasks(user)
  await user.delete(`/tasks/${task.id}`)
  await user.delete(`/trash/${task.id}`)
  const { next } = (await user.get('/tasks/changes')).body
  expect((await importText(user, exported.text)).body).toEqual({ imported: 1, skipped: 1 })
  expect(await exportedTasks(user)).toEqual(whole)
  expect(await counts(user)).toEqual({ task_count: 2, completed_count: 1, trash_count: 0 })
  const { changes } = (await user.get(`/tasks/changes?since=${next}`)).body
  expect(changes).toMatchObject([{ type: 'task', task: { id: task.id } }])
})

test('another account’s export becomes one’s own tasks with new ids, and twice changes nothing', async () => {
  const [alice, bob] = [await app.signIn(), await app.signIn()]
  for (const title of ['A', 'B', 'C']) await alice.post('/tasks', { title })
  const { body: list } = await alice.get('/tasks')
  await alice.delete(`/tasks/${list.data[0].id}`)
  const exported = await alice.get('/me/export')
  const alices = await exportedTasks(alice)

  expect((await importText(bob, exported.text)).body).toEqual({ imported: 3, skipped: 0 })
  expect((await importText(bob, exported.text)).body).toEqual({ imported: 0, skipped: 3 })
  const bobs = await exportedTasks(bob)
  const withoutIds = (lines: Line[]) =>
    lines.map(({ id: _id, ...rest }) => rest).toSorted((a, b) => String(a.title).localeCompare(b.title))
  expect(withoutIds(bobs)).toEqual(withoutIds(alices))
  const ids = (lines: Line[]) => lines.flatMap(({ id }) => (id === undefined ? [] : [id]))
  expect(ids(bobs).filter((id) => ids(alices).includes(id))).toEqual([])
  for (const id of ids(bobs))
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  // And nothing of Alice's has changed.
  expect(await exportedTasks(alice)).toEqual(alices)
})

test('imported tasks are tasks like any other', async () => {
  const user = await app.signIn()
  await importTasks(user, [taskLine(1, { title: '  Trimmed ', completed: true }), taskLine(2)])
  const { data, total } = (await user.get('/tasks?completed=true')).body
  expect({ titles: data.map(({ title }: Line) => title), total }).toEqual({ titles: ['Trimmed'], total: 1 })
  expect((await user.patch(`/tasks/${taskLine(2).id}`, { completed: true })).status).toBe(200)
  expect((await user.delete(`/tasks/${taskLine(1).id}`)).status).toBe(204)
  expect(await counts(user)).toEqual({ task_count: 1, completed_count: 1, trash_count: 1 })
})

test('an import far larger than any other body works, in few pieces or many', async () => {
  const user = await app.signIn()
  const tasks = Array.from({ length: 500 }, (_, i) => taskLine(i, { description: 'ä😀'.repeat(500) }))
  const text = textOf(exportBy(user.id, tasks))
  expect(Buffer.byteLength(text)).toBeGreaterThan(1024 * 1024)
  expect((await importText(user, text)).body).toEqual({ imported: 500, skipped: 0 })
  expect((await exportedTasks(user)).slice(0, -1)).toEqual(tasks)

  const other = await app.signIn()
  const small = Buffer.from(textOf(exportBy(other.id, [taskLine(1, { title: 'ä😀' })])))
  const bytes = Array.from(small, (byte) => Uint8Array.of(byte))
  const response = await fetch(`${app.url}/me/import`, {
    method: 'POST',
    headers: { ...ndjson, authorization: `Bearer ${other.token}` },
    body: ReadableStream.from(bytes),
    duplex: 'half',
  } as RequestInit)
  expect(await response.json()).toEqual({ imported: 1, skipped: 0 })
})

test('CRLF, blank lines, a byte order mark and a missing last line break are taken', async () => {
  const user = await app.signIn()
  const crlf = textOf(exportBy(user.id, [taskLine(1), taskLine(2)]), '\r\n')
  const text = `\ufeff${crlf.replace('\r\n', '\r\n\r\n  \n')}`.trimEnd()
  expect((await importText(user, text)).body).toEqual({ imported: 2, skipped: 0 })
})

test('a byte order mark in front of any line is ignored, as where files were joined', async () => {
  const user = await app.signIn()
  const marked = textOf(exportBy(user.id, [taskLine(1), taskLine(2)])).replace(/^(?=.)/gm, '\ufeff')
  expect(marked.match(/\ufeff/g)).toHaveLength(4)
  expect((await importText(user, marked)).body).toEqual({ imported: 2, skipped: 0 })
})

test('an id that comes twice in one import is one task', async () => {
  const user = await app.signIn()
  const tasks = [taskLine(1, { title: 'First' }), taskLine(1, { title: 'Second' }), taskLine(2)]
  const upper = taskLine(3, { id: '0000000A-0000-7000-8000-000000000003' })
  expect((await importTasks(user, [...tasks, upper, { ...upper, id: upper.id.toLowerCase() }])).body).toEqual(
    {
      imported: 3,
      skipped: 2,
    },
  )
  expect(await counts(user)).toEqual({ task_count: 3, completed_count: 0, trash_count: 0 })
  expect((await user.get(`/tasks/${taskLine(1).id}`)).body.title).toBe('First')
})

test('imports at once add every task once', async () => {
  const user = await app.signIn()
  const tasks = Array.from({ length: 450 }, (_, i) => taskLine(i))
  const answers = await Promise.all([1, 2, 3].map(() => importTasks(user, tasks)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(answers.reduce((sum, { body }) => sum + body.imported, 0)).toBe(450)
  expect(await counts(user)).toEqual({ task_count: 450, completed_count: 0, trash_count: 0 })
})

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

test('an import may come as plain text, which is what generated clients send', async () => {
  const user = await app.signIn()
  const text = textOf(exportBy(user.id, [taskLine(1)]))
  const answer = await user.post('/me/import', text, { 'content-type': 'text/plain;charset=UTF-8' })
  expect(answer).toMatchObject({ status: 200, body: { imported: 1 } })
  // Text is for an import alone.
  expect((await user.post('/tasks', text, { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await user.get('/me')).body.task_count).toBe(1)
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
