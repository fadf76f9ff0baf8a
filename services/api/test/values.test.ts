import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'

import { createTasks } from './support/tasks.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

const emoji = '🧀'

/** As they stand in the body of a request: lone surrogates and NUL cannot be written otherwise. */
const faultyTitles = [
  ['123', 'must be a string'],
  ['["x"]', 'must be a string'],
  ['{}', 'must be a string'],
  ['null', 'must be a string'],
  ['true', 'must be a string'],
  ['""', 'must not be blank'],
  ['" \\t\\r\\n\\u00a0\\u3000\\u2028 "', 'must not be blank'],
  [JSON.stringify('x'.repeat(201)), 'must be at most 200 characters'],
  [JSON.stringify(emoji.repeat(201)), 'must be at most 200 characters'],
  ['"a\\u0000b"', 'must not contain NUL or a lone surrogate'],
  ['"a\\ud800b"', 'must not contain NUL or a lone surrogate'],
  ['"a\\udc00b"', 'must not contain NUL or a lone surrogate'],
  ['"\\udc00\\ud800"', 'must not contain NUL or a lone surrogate'],
] as const

test.each(faultyTitles)(
  '%s is no title, neither of a new task nor of a changed one',
  async (title, message) => {
    const user = await app.signIn()
    const [task] = await createTasks(user, 1)
    const errors = [{ in: 'body', path: '/title', message }]
    for (const answer of [
      await user.post('/tasks', `{"title": ${title}}`),
      await user.patch(`/tasks/${task.id}`, `{"title": ${title}}`),
    ]) {
      expect(answer.status).toBe(422)
      expect(answer.body).toMatchObject({ code: 'validation_failed', detail: `title ${message}`, errors })
    }
    expect((await user.get('/tasks')).body).toMatchObject({ data: [task], total: 1 })
  },
)

const faultyDescriptions = [
  ['1', 'must be a string or null'],
  ['false', 'must be a string or null'],
  ['[]', 'must be a string or null'],
  ['{}', 'must be a string or null'],
  [JSON.stringify('x'.repeat(2001)), 'must be at most 2000 characters'],
  [JSON.stringify(emoji.repeat(2001)), 'must be at most 2000 characters'],
  ['"\\u0000"', 'must not contain NUL or a lone surrogate'],
  ['"\\udfff"', 'must not contain NUL or a lone surrogate'],
] as const

test.each(faultyDescriptions)('%s is no description', async (description, message) => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  const errors = [{ in: 'body', path: '/description', message }]
  const created = await user.post('/tasks', `{"title": "a", "description": ${description}}`)
  const changed = await user.patch(`/tasks/${task.id}`, `{"description": ${description}}`)
  expect([created.status, changed.status]).toEqual([422, 422])
  expect([created.body.errors, changed.body.errors]).toEqual([errors, errors])
  expect((await user.get('/tasks')).body).toMatchObject({ data: [task], total: 1 })
})

test.each(['"true"', '"false"', '1', '0', 'null', '""', '[true]', '{}'])(
  '%s is not completed',
  async (completed) => {
    const user = await app.signIn()
    const [task] = await createTasks(user, 1)
    const { status, body } = await user.patch(`/tasks/${task.id}`, `{"completed": ${completed}}`)
    expect(status).toBe(422)
    expect(body.errors).toEqual([{ in: 'body', path: '/completed', message: 'must be a boolean' }])
    expect((await user.get(`/tasks/${task.id}`)).body).toEqual(task)
  },
)

test('lengths count code points, after a title is trimmed and of a description as it is', async () => {
  const user = await app.signIn()
  const values = { title: emoji.repeat(200), description: emoji.repeat(2000) }
  const created = await user.post('/tasks', { ...values, title: `  ${values.title}\n` })
  expect(created.status).toBe(201)
  expect(created.body).toMatchObject(values)
  const changes = { title: `${' '.repeat(300)}${emoji.repeat(199)}x`, description: 'é'.repeat(2000) }
  const changed = await user.patch(`/tasks/${created.body.id}`, changes)
  expect(changed.body).toMatchObject({ ...changes, title: `${emoji.repeat(199)}x` })
  expect(
    (await user.patch(`/tasks/${created.body.id}`, { description: `${'x'.repeat(2000)} ` })).status,
  ).toBe(422)
})

test('of a key that is there twice, the last one counts', async () => {
  const user = await app.signIn()
  const { status, body } = await user.post('/tasks', '{"title": 1, "title": "first", "title": "last"}')
  expect(status).toBe(201)
  expect(body.title).toBe('last')
  expect((await user.post('/tasks', '{"title": "first", "title": 2}')).status).toBe(422)
  const changed = await user.patch(`/tasks/${body.id}`, '{"completed": null, "completed": true}')
  expect(changed.body.completed).toBe(true)
})

test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'TITLE', 'title ', ''])(
  'the field "%s" is refused by name, and pollutes nothing',
  async (name) => {
    const user = await app.signIn()
    const [task] = await createTasks(user, 1)
    const fields = `${JSON.stringify(name)}: {"polluted": true, "prototype": {"polluted": true}}`
    const errors = [{ in: 'body', path: `/${name}`, message: 'is not a known field' }]
    const created = await user.post('/tasks', `{"title": "a", ${fields}}`)
    const changed = await user.patch(`/tasks/${task.id}`, `{${fields}}`)
    expect([created.status, changed.status]).toEqual([422, 422])
    expect([created.body.errors, changed.body.errors]).toEqual([errors, errors])
    expect(({} as { polluted?: boolean }).polluted).toBe(undefined)
    expect((await user.get('/tasks')).body).toMatchObject({ data: [task], total: 1 })
  },
)

test.each(['null', '[]', '"title"', '1', 'true', '[{"title": "a"}]'])('%s is no object', async (body) => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  const errors = [{ in: 'body', path: '', message: 'must be an object' }]
  const created = await user.post('/tasks', body)
  const changed = await user.patch(`/tasks/${task.id}`, body)
  expect([created.status, changed.status]).toEqual([422, 422])
  expect([created.body.errors, changed.body.errors]).toEqual([errors, errors])
  expect(created.body.detail).toBe('body must be an object')
  expect((await user.get('/tasks')).body).toMatchObject({ data: [task], total: 1 })
})

test('a title is required of a new task', async () => {
  const user = await app.signIn()
  const { status, body } = await user.post('/tasks', {})
  expect(status).toBe(422)
  expect(body.errors).toEqual([{ in: 'body', path: '/title', message: 'is required' }])
})

test.each([
  '1',
  'abc',
  'null',
  'undefined',
  '%20',
  '*',
  "'%20or%201=1--",
  '%00',
  '%F0%9F%A7%80',
  '00000000-0000-0000-0000-00000000000g',
  '000000000000-0000-0000-0000-00000000',
  '00000000000000000000000000000000',
  '{00000000-0000-0000-0000-000000000000}',
  `${'0'.repeat(10_000)}`,
])('%s is no id', async (id) => {
  const user = await app.signIn()
  const errors = [{ in: 'path', path: '/id', message: 'must be a UUID' }]
  const path = `/tasks/${id}`
  for (const answer of [await user.get(path), await user.patch(path, {}), await user.delete(path)]) {
    expect(answer.status).toBe(422)
    expect(answer.body.errors).toEqual(errors)
  }
  expect((await user.get(`/tasks/${randomUUID()}`)).status).toBe(404)
})

const notNumbers = [
  '1.5',
  '1.0',
  '1e3',
  '0x10',
  '',
  'abc',
  '+1',
  '%201',
  '1%20',
  '01',
  '-0',
  '1,2',
  '١',
  'NaN',
  'null',
  'Infinity',
  '[1]',
]
const faultyPages = [
  ...notNumbers.map((value) => [value, 'must be an integer']),
  ['0', 'must be at least 1'],
  ['-1', 'must be at least 1'],
]

test.each(faultyPages)('"%s" is neither a page nor a number of tasks', async (value, message) => {
  const user = await app.signIn()
  for (const name of ['page', 'per_page']) {
    const { status, body } = await user.get(`/tasks?${name}=${value}`)
    expect(status).toBe(422)
    expect(body.errors).toEqual([{ in: 'query', path: `/${name}`, message }])
  }
})

test('a parameter that is there twice is refused', async () => {
  const user = await app.signIn()
  for (const name of ['page', 'per_page']) {
    const { status, body } = await user.get(`/tasks?${name}=1&${name}=1`)
    expect(status).toBe(422)
    expect(body.errors).toEqual([{ in: 'query', path: `/${name}`, message: 'must be an integer' }])
  }
  expect((await user.get('/tasks?page=1&per_page=1')).status).toBe(200)
})

test.each([
  '90071992547410',
  '9223372036854775807',
  '9223372036854775808',
  '99999999999999999999',
  '9'.repeat(300),
])('a page as far out as %s is refused, not asked for', async (page) => {
  const user = await app.signIn()
  for (const query of [`page=${page}`, `page=${page}&per_page=1`, `per_page=100&page=${page}`]) {
    const { status, body } = await user.get(`/tasks?${query}`)
    expect(status).toBe(422)
    expect(body.errors).toEqual([{ in: 'query', path: '/page', message: 'must be at most 90071992547409' }])
  }
  expect((await user.get('/tasks?page=90071992547409&per_page=100')).status).toBe(200)
})

test.each([
  'PAGE',
  'perPage',
  'per-page',
  'limit',
  'user_id',
  '__proto__',
  'constructor',
  'page[]',
  'access_token',
])('the query parameter "%s" is refused by name at every endpoint', async (name) => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  const query = `?${encodeURIComponent(name)}=1`
  const answers = [
    await user.get(`/tasks${query}`),
    await user.post(`/tasks${query}`, { title: 'a' }),
    await user.get(`/tasks/${task.id}${query}`),
    await user.patch(`/tasks/${task.id}${query}`, { title: 'a' }),
    await user.delete(`/tasks/${task.id}${query}`),
  ]
  for (const { status, body } of answers) {
    expect(status).toBe(422)
    expect(body.errors).toEqual([{ in: 'query', path: `/${name}`, message: 'is not a known parameter' }])
  }
  expect((await user.head(`/tasks/${task.id}${query}`)).status).toBe(422)
  expect((await user.get('/tasks')).body).toMatchObject({ data: [task], total: 1 })
})
