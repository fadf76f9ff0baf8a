import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'

import { onlyAnswer } from './support/raw.ts'
import { createTasks } from './support/tasks.ts'

const app = await sharedApp()

const requestId = /^[A-Za-z0-9._-]{1,64}$/

/** One answer of every kind: success, each refusal, and paths that nothing serves. */
async function answersOfEveryKind(headers: Record<string, string> = {}) {
  const user = await app.signIn()
  const [task, other] = await createTasks(user, 2)
  const path = `/tasks/${task.id}`
  return [
    await user.post('/tasks', { title: 'a' }, headers),
    await user.get('/tasks', headers),
    await user.head('/tasks', headers),
    await user.get(path, headers),
    await user.patch(path, {}, headers),
    await user.delete(`/tasks/${other.id}`, headers),
    await user.post('/tasks', '{', headers),
    await app.anonymous.get('/tasks', headers),
    await user.get(`/tasks/${other.id}`, headers),
    await user.request('PUT', path, undefined, headers),
    await user.post('/tasks', 'x'.repeat(100_000), headers),
    await user.post('/tasks', 'a', { ...headers, 'content-type': 'text/plain' }),
    await user.post('/tasks', {}, headers),
    await user.get('/nothing', headers),
    await user.get('/%zz', headers),
    await user.get('/livez', headers),
    await user.get('/readyz', headers),
    await user.get('/openapi.json', headers),
  ]
}

test('every answer carries the common headers', async () => {
  for (const { status, headers } of await answersOfEveryKind()) {
    expect(Object.fromEntries(headers), String(status)).toMatchObject({
      'cache-control': 'private, no-cache',
      vary: expect.stringMatching(/^Authorization\b/),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'strict-transport-security': expect.stringMatching(/^max-age=\d+/),
      'x-request-id': expect.stringMatching(requestId),
    })
    expect(headers.has('server')).toBe(false)
    expect(headers.has('x-powered-by')).toBe(false)
  }
})

test('every answer carries the request id that was sent, if it is fit to be one', async () => {
  for (const id of ['a', 'Az09._-', 'x'.repeat(64)]) {
    for (const { headers } of await answersOfEveryKind({ 'x-request-id': id })) {
      expect(headers.get('x-request-id')).toBe(id)
    }
  }
})

test.each(['', ' ', 'x'.repeat(65), 'a b', 'a/b', '<b>', 'a,b', 'é', '$(id)', '../..'])(
  'a request id that is not fit is replaced by a new one: %j',
  async (id) => {
    const given = [
      ...(await Promise.all([1, 2].map(() => app.anonymous.get('/livez', { 'x-request-id': id })))),
    ]
    const ids = given.map(({ headers }) => headers.get('x-request-id') ?? '')
    for (const made of ids) {
      expect(made).toMatch(requestId)
      expect(made).not.toBe(id)
    }
    expect(new Set(ids).size).toBe(2)
  },
)

test('without a request id each answer has one of its own', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => app.anonymous.get('/livez')))
  expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(3)
})

test('a request that never became one is answered with the common headers, too', async () => {
  const { status, headers } = await onlyAnswer(app.url, 'nonsense\r\n\r\n')
  expect(status).toBe(400)
  expect(Object.fromEntries(headers)).toMatchObject({
    'cache-control': 'private, no-cache',
    vary: 'Authorization',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-request-id': expect.stringMatching(requestId),
  })
})

test('a task is JSON in UTF-8, and so is a list', async () => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  for (const path of ['/tasks', `/tasks/${task.id}`]) {
    const { headers, text } = await user.get(path)
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
  }
})

test('an entity tag is strong, and belongs to one task in one state', async () => {
  const user = await app.signIn()
  const answers = [await user.post('/tasks', { title: 'a' }), await user.post('/tasks', { title: 'a' })]
  answers.push(await user.patch(`/tasks/${answers[0]?.body.id}`, { title: 'b' }))
  answers.push(await user.patch(`/tasks/${answers[0]?.body.id}`, { title: 'a' }))
  const tags = answers.map(({ headers }) => headers.get('etag'))
  for (const tag of tags) expect(tag).toMatch(/^"[\x21\x23-\x7e]+"$/)
  expect(new Set(tags).size).toBe(4)
})
