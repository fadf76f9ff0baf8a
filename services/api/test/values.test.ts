import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'

import { createTasks } from './support/tasks.ts'

const app = await sharedApp()

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

test('white space is what Unicode calls so, and the byte order mark', async () => {
  const user = await app.signIn()
  const space = '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'
  const blank = await user.post('/tasks', { title: space })
  expect(blank).toMatchObject({
    status: 422,
    body: { errors: [{ path: '/title', message: 'must not be blank' }] },
  })
  const { body } = await user.post('/tasks', { title: `${space}\u200ba${space}b\u200b${space}` })
  expect(body.title).toBe(`\u200ba${space}b\u200b`)
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
