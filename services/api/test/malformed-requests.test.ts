import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'
import { onlyAnswer } from './support/raw.ts'
import { createTasks } from './support/tasks.ts'

const app = await sharedApp()

const limit = 64 * 1024
const json = { 'content-type': 'application/json' }

/** A title of exactly as many bytes as make the whole body this long; too long a title, but not too long a body. */
function bodyOf(bytes: number): string {
  const frame = '{"title":""}'
  return `{"title":"${'x'.repeat(bytes - frame.length)}"}`
}

test.each([
  '{',
  '{"title"',
  "{'title': 'a'}",
  '{"title": "a",}',
  '{title: "a"}',
  '{"title": NaN}',
  '{"title": "a"} x',
  '\ufeff',
  '\ufeff\ufeff{"title": "a"}',
  '{"title": "a"}\ufeff',
  ' ',
  'undefined',
  '{"title": "a\nb"}',
  '{"title": "\\x41"}',
])('a body that is not JSON is 400: %j', async (body) => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  for (const answer of [await user.post('/tasks', body), await user.patch(`/tasks/${task.id}`, body)]) {
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ code: 'malformed_request', detail: 'The body is not valid JSON' })
  }
  expect((await user.get('/tasks')).body).toMatchObject({ data: [task], total: 1 })
})

test('a byte order mark in front of a body is ignored, and within it belongs to the text', async () => {
  const user = await app.signIn()
  const body = '\ufeff{"title": "Buy \ufeff milk", "description": "\ufeff"}'
  const created = await user.post('/tasks', body)
  expect(created.status).toBe(201)
  expect(created.body).toMatchObject({ title: 'Buy \ufeff milk', description: '\ufeff' })
  const changed = await user.patch(`/tasks/${created.body.id}`, Buffer.from('\ufeff{"completed": true}'), {
    'content-type': 'application/merge-patch+json',
  })
  expect(changed).toMatchObject({ status: 200, body: { completed: true } })
  const batch = await user.post('/tasks/batch', '\ufeff{"operations": [{"op": "create", "title": "Sleep"}]}')
  expect(batch.status).toBe(200)
  expect((await user.get('/tasks')).body.total).toBe(2)
})

test.each([
  [[0xff]],
  [[0xc3, 0x28]],
  [[0xed, 0xa0, 0x80]],
  [[0xc0, 0x80]],
  [[0xf4, 0x90, 0x80, 0x80]],
  [[0xe2, 0x82]],
  [[0x80]],
  [[0xc0, 0xaf]],
  [[0xed, 0xa0, 0xbd]],
  [[0xf0, 0x9f, 0x98]],
])('bytes that are not UTF-8 are 400: %j', async (bytes) => {
  const user = await app.signIn()
  const body = Buffer.concat([Buffer.from('{"title": "'), Buffer.from(bytes), Buffer.from('"}')])
  const answer = await user.post('/tasks', body)
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ code: 'malformed_request', detail: 'The body is not valid UTF-8' })
  expect((await user.get('/tasks')).body.total).toBe(0)
  expect((await user.post('/tasks', Buffer.from('{"title": "ü"}'))).status).toBe(201)
})

test('an empty body is 400 where one is due, with a content type and without', async () => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  for (const headers of [json, {}]) {
    for (const body of ['', undefined]) {
      const created = await user.request('POST', '/tasks', body, headers)
      const changed = await user.request('PATCH', `/tasks/${task.id}`, body, headers)
      expect([created.status, changed.status]).toEqual([400, 400])
      expect([created.body.code, changed.body.code]).toEqual(['malformed_request', 'malformed_request'])
    }
  }
  expect((await user.get('/tasks')).body).toMatchObject({ data: [task], total: 1 })
})

test('a body of 64 KiB is judged by what it says, and one byte more is refused unread', async () => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  for (const send of [
    (body: string) => user.post('/tasks', body),
    (body: string) => user.patch(`/tasks/${task.id}`, body),
  ]) {
    expect((await send(bodyOf(limit))).status).toBe(422)
    const { status, body } = await send(bodyOf(limit + 1))
    expect(status).toBe(413)
    expect(body).toMatchObject({ code: 'payload_too_large', title: 'Payload too large' })
    expect((await send('{'.repeat(limit + 1))).status).toBe(413)
  }
  expect((await user.get('/tasks')).body).toMatchObject({ data: [task], total: 1 })
})

test('the size limit counts bytes, also of a body that does not tell its length', async () => {
  const { token } = await app.signIn()
  const chunk = 'x'.repeat(limit / 2)
  const chunks = [...'abc'].map(() => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')
  const head = `POST /tasks HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\nconnection: close\r\n`
  const type = 'content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n'
  const { status, body } = await onlyAnswer(app.url, `${head}${type}${chunks}0\r\n\r\n`)
  expect(status).toBe(413)
  expect(JSON.parse(body)).toMatchObject({ code: 'payload_too_large' })
})

test('a body nested thousands of levels deep is refused like any other', async () => {
  const user = await app.signIn()
  const depth = 30_000
  const arrays = `{"title": ${'['.repeat(depth)}${']'.repeat(depth)}}`
  const objects = `${'{"a":'.repeat(depth / 4)}1${'}'.repeat(depth / 4)}`
  expect((await user.post('/tasks', arrays)).body.errors).toEqual([
    { in: 'body', path: '/title', message: 'must be a string' },
  ])
  expect((await user.post('/tasks', objects)).status).toBe(422)
  expect((await user.post('/tasks', '['.repeat(depth))).status).toBe(400)
})

test.each([
  'text/plain',
  'text/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/xml',
  'application/json5',
  'application/jsonp',
  'application/vnd.api+json',
  'application/octet-stream',
  'application/x-json',
  'application/json/x',
  'application/json, text/plain',
  'text/plain, application/json',
  'application/*',
  ';application/json',
  '"application/json"',
  'json',
  '*/*',
])('the content type %s is 415', async (type) => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  const headers = { 'content-type': type }
  const body = '{"title": "a"}'
  for (const answer of [
    await user.post('/tasks', body, headers),
    await user.patch(`/tasks/${task.id}`, body, headers),
  ]) {
    expect(answer.status).toBe(415)
    expect(answer.body.code).toBe('unsupported_media_type')
    expect(answer.body.detail).toContain('The Content-Type header must be application/json')
  }
  expect((await user.get('/tasks')).body).toMatchObject({ data: [task], total: 1 })
})

test('a 415 for the kind of a body names the header, and what the route takes', async () => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const detailOf = async (method: string, path: string, headers = form) =>
    (await user.request(method, path, '{"title":"a"}', headers)).body.detail
  const must = 'The Content-Type header must be'
  expect(await detailOf('POST', '/tasks')).toBe(`${must} application/json`)
  expect(await detailOf('DELETE', `/tasks/${task.id}`)).toBe(`${must} application/json`)
  expect(await detailOf('PATCH', `/tasks/${task.id}`)).toBe(
    `${must} application/json or application/merge-patch+json`,
  )
  const mergePatch = { 'content-type': 'application/merge-patch+json' }
  expect(await detailOf('POST', '/tasks', mergePatch)).toBe(`${must} application/json`)
  for (const headers of [form, json])
    expect(await detailOf('POST', '/me/import', headers)).toBe(`${must} application/x-ndjson or text/plain`)
})

test('a body without a content type is 415', async () => {
  const { token } = await app.signIn()
  const head = `POST /tasks HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\nconnection: close\r\n`
  const answer = await onlyAnswer(app.url, `${head}content-length: 14\r\n\r\n{"title": "a"}`)
  expect(answer.status).toBe(415)
  expect(JSON.parse(answer.body).detail).toBe('The Content-Type header must be application/json')
  const type = 'content-type: application/json\r\n'
  const same = await onlyAnswer(app.url, `${head}${type}content-length: 14\r\n\r\n{"title": "a"}`)
  expect(same.status).toBe(201)
})

test.each(['gzip', 'deflate', 'br', 'identity', 'utf-8', 'x-unknown'])(
  'the content encoding %s is 415',
  async (encoding) => {
    const user = await app.signIn()
    const [task] = await createTasks(user, 1)
    const headers = { ...json, 'content-encoding': encoding }
    const plain = Buffer.from('{"title": "a"}')
    const body = encoding === 'gzip' ? gzipSync(plain) : plain
    for (const answer of [
      await user.post('/tasks', body, headers),
      await user.patch(`/tasks/${task.id}`, body, headers),
    ]) {
      expect(answer.status).toBe(415)
      expect(answer.body.code).toBe('unsupported_media_type')
    }
    expect((await user.get('/tasks')).body).toMatchObject({ data: [task], total: 1 })
  },
)

test('a deletion needs no body, and a faulty one is refused', async () => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  const path = `/tasks/${task.id}`
  expect((await user.request('DELETE', path, '{')).status).toBe(400)
  expect((await user.request('DELETE', path, 'a', { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await user.request('DELETE', path, bodyOf(limit + 1))).status).toBe(413)
  expect((await user.get(path)).body).toEqual(task)
  expect((await user.delete(path)).status).toBe(204)
})

test('fields of a body where none is due are refused by name, and nothing is done', async () => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  const faults = { errors: [{ in: 'body', path: '/user_id', message: 'is not a known field' }] }
  const body = { user_id: 'x' }
  expect(await user.request('DELETE', `/tasks/${task.id}`, body)).toMatchObject({ status: 422, body: faults })
  expect(await user.request('DELETE', '/me', body)).toMatchObject({ status: 422, body: faults })
  for (const other of ['null', '[]', '0', '"x"']) {
    expect((await user.request('DELETE', `/tasks/${task.id}`, other)).status, other).toBe(422)
  }
  expect((await user.get(`/tasks/${task.id}`)).body).toEqual(task)
  expect((await user.request('DELETE', `/tasks/${task.id}`, {})).status).toBe(204)
  expect(await user.post(`/trash/${task.id}/restore`, body)).toMatchObject({ status: 422, body: faults })
  expect(await user.request('DELETE', '/trash', body)).toMatchObject({ status: 422, body: faults })
  expect((await user.get('/trash')).body.total).toBe(1)
  expect((await user.post(`/trash/${task.id}/restore`)).status).toBe(200)
})
