import { request as send } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { sharedApp, type User } from './support/app.ts'
import { seededTask, seedTasks } from './support/seed.ts'

const app = await sharedApp()

interface Raw {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/** The bytes as they come; `fetch` would decompress them. */
function raw(user: User, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const sent = { method, headers: { authorization: `Bearer ${user.token}`, ...headers } }
    send(user.url + path, sent, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      )
    })
      .on('error', reject)
      .end()
  })
}

const decompress = { gzip: gunzipSync, br: brotliDecompressSync }
const encodings = ['gzip', 'br'] as const

/** A user with a list of several KiB. */
async function userWithTasks(): Promise<User> {
  const user = await app.signIn()
  const tasks = Array.from({ length: 40 }, (_, i) =>
    seededTask({
      title: `Buy milk, ${i} times`,
      tags: [`a tag of fifty characters, which is number ${i}`],
    }),
  )
  await seedTasks(app.database, user.id, tasks)
  return user
}

/** With a trash of that size as well. */
async function userWithTrash(): Promise<User> {
  const user = await userWithTasks()
  const { data } = (await user.get('/tasks?per_page=20')).body
  const operations = data.map(({ id }: { id: string }) => ({ op: 'delete', id }))
  expect((await user.post('/tasks/batch', { operations })).status).toBe(200)
  return user
}

const withoutTime = (text: string) => text.replace(/"exported_at":"[^"]+"/, '')

test.each(['/tasks', '/tasks?per_page=100&sort=title', '/tags', '/trash', '/tasks/changes', '/me/export'])(
  '%s is compressed as the client asks for it, and says what it varies by',
  async (path) => {
    const user = await userWithTrash()
    const plain = await raw(user, path)
    expect(plain.headers).not.toHaveProperty('content-encoding')
    for (const encoding of encodings) {
      const { status, headers, body } = await raw(user, path, { 'accept-encoding': encoding })
      expect({ status, encoding: headers['content-encoding'] }).toEqual({ status: 200, encoding })
      expect(body.length).toBeLessThan(plain.body.length / 2)
      expect(withoutTime(decompress[encoding](body).toString())).toBe(withoutTime(plain.body.toString()))
      expect(headers['content-type']).toBe(plain.headers['content-type'])
      for (const answer of [plain.headers, headers])
        expect(answer.vary).toBe('Authorization, Accept-Encoding')
    }
  },
)

test('an answer is compressed from 1,025 bytes on', async () => {
  const user = await app.signIn()
  const { id } = (await user.post('/tasks', { title: 'x', description: '' })).body
  const length = (await raw(user, '/tasks')).body.length
  for (const [bytes, encoding] of [
    [1024, undefined],
    [1025, 'gzip'],
  ] as const) {
    await user.patch(`/tasks/${id}`, { description: 'x'.repeat(bytes - length) })
    expect((await raw(user, '/tasks')).body).toHaveLength(bytes)
    const answer = await raw(user, '/tasks', { 'accept-encoding': 'gzip' })
    expect(answer.headers['content-encoding'], `${bytes} bytes`).toBe(encoding)
  }
})

test('a short export is not compressed, and is whole', async () => {
  const user = await app.signIn()
  await user.post('/tasks', { title: 'Buy milk' })
  const { headers, body } = await raw(user, '/me/export', { 'accept-encoding': 'br' })
  expect(headers).not.toHaveProperty('content-encoding')
  expect(body.toString().trim().split('\n')).toHaveLength(3)
})

test('a single task, its creation, a batch and the account are never compressed, nor is the event stream', async () => {
  const user = await app.signIn()
  const accept = { 'accept-encoding': 'br, gzip' }
  const task = { title: 'x'.repeat(200), description: 'y'.repeat(2000) }
  const created = await user.post('/tasks', task, accept)
  const path = `/tasks/${created.body.id}`
  const answers = [
    created,
    await user.get(path, accept),
    await user.patch(path, { completed: true }, accept),
    await user.post('/tasks/batch', { operations: [{ op: 'create', ...task }] }, accept),
    await user.get('/me', accept),
  ]
  for (const { headers, text } of answers) {
    expect(headers.get('content-encoding'), text.slice(0, 40)).toBeNull()
    expect(headers.get('vary')).toBe('Authorization')
  }
  expect(answers[1]?.text.length).toBeGreaterThan(2000)
  const stream = await raw(user, '/tasks/events', accept, 'HEAD')
  expect(stream).toMatchObject({
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8' },
  })
  expect(stream.headers).not.toHaveProperty('content-encoding')
})

test('the entity tag of each encoding differs, and any of them is known again', async () => {
  const user = await userWithTasks()
  const tags = []
  for (const encoding of ['identity', ...encodings])
    tags.push(String((await raw(user, '/tasks', { 'accept-encoding': encoding })).headers.etag))
  expect(new Set(tags).size).toBe(3)
  for (const tag of tags) {
    for (const encoding of ['identity', ...encodings]) {
      for (const condition of [tag, `W/${tag}`, `"other", ${tag}`]) {
        const headers = { 'accept-encoding': encoding, 'if-none-match': condition }
        const answer = await raw(user, '/tasks', headers)
        expect(answer).toMatchObject({ status: 304, headers: { etag: tag } })
        expect(answer.headers.vary).toBe('Authorization, Accept-Encoding')
        expect(answer.headers).not.toHaveProperty('content-encoding')
      }
    }
  }
  const all = await raw(user, '/tasks', { 'accept-encoding': 'gzip', 'if-none-match': tags.join() })
  expect(all).toMatchObject({ status: 304, headers: { etag: tags[1] } })

  await user.post('/tasks', { title: 'One more' })
  for (const tag of tags) {
    for (const encoding of encodings) {
      const answer = await raw(user, '/tasks', { 'accept-encoding': encoding, 'if-none-match': tag })
      expect(answer.status).toBe(200)
    }
  }
})

test.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['br;q=0.5, gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['x-gzip', 'gzip'],
  ['*', 'br'],
  ['br;q=0, *', 'gzip'],
  ['gzip; q=0.001', 'gzip'],
  ['identity, gzip', 'gzip'],
  ['identity;q=1, gzip;q=0.5', undefined],
  ['gzip;q=0', undefined],
  ['gzip;q=0.000, br;q=0', undefined],
  ['*;q=0', undefined],
  ['deflate, zstd', undefined],
  ['', undefined],
  [',;,=,gzip;q', undefined],
])('Accept-Encoding "%s" is answered in %s', async (accepted, encoding) => {
  const user = await userWithTasks()
  const { status, headers } = await raw(user, '/tasks', { 'accept-encoding': accepted })
  expect({ status, encoding: headers['content-encoding'] }).toEqual({ status: 200, encoding })
})

test('HEAD has the headers of GET', async () => {
  const user = await userWithTrash()
  for (const path of ['/tasks', '/trash', '/tasks/changes']) {
    const accept = { 'accept-encoding': 'br' }
    const [get, head] = [await raw(user, path, accept), await raw(user, path, accept, 'HEAD')]
    expect(head.body).toHaveLength(0)
    for (const name of ['content-encoding', 'content-length', 'etag', 'vary', 'content-type'])
      expect(head.headers[name], `${path} ${name}`).toBe(get.headers[name])
  }
})

test('a refusal is not compressed, and looks as it does everywhere', async () => {
  const user = await app.signIn()
  const query = Array.from({ length: 60 }, (_, i) => `unknown_parameter_${i}=1`).join('&')
  const answer = await raw(user, `/tasks?${query}`, { 'accept-encoding': 'gzip' })
  expect(answer.status).toBe(422)
  expect(answer.body.length).toBeGreaterThan(1024)
  expect(answer.headers).not.toHaveProperty('content-encoding')
  expect(answer.headers.vary).toBe('Authorization')
})

test('5,000 changes come in one answer, compressed, and in few requests', async () => {
  const user = await app.signIn()
  const time = '2026-01-01T00:00:00.000Z'
  const lines = Array.from({ length: 5001 }, (_, i) => ({
    ...{ type: 'task', id: `00000000-0000-7000-8000-${String(i).padStart(12, '0')}`, title: `Task ${i}` },
    ...{ description: null, completed: false, created_at: time, updated_at: time, deleted_at: null },
  }))
  const head = { type: 'export', version: 1, user_id: user.id, exported_at: time }
  const file = [head, ...lines, { type: 'end', count: lines.length }]
  const body = file.map((line) => `${JSON.stringify(line)}\n`).join('')
  expect((await user.post('/me/import', body, { 'content-type': 'text/plain' })).status).toBe(200)
  const first = await raw(user, '/tasks/changes?limit=5000', { 'accept-encoding': 'br' })
  const { changes, next, has_more } = JSON.parse(brotliDecompressSync(first.body).toString())
  expect({ length: changes.length, has_more }).toEqual({ length: 5000, has_more: true })
  expect(first.body.length).toBeLessThan(200_000)
  const rest = (await user.get(`/tasks/changes?limit=5000&since=${next}`)).body
  expect(rest).toMatchObject({ changes: [{ task: { title: 'Task 5000' } }], has_more: false })
})
