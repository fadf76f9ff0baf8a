import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'

import { createTasks } from './support/tasks.ts'

const app = await sharedApp()

test('an error is a problem, in the fields and the words of the contract', async () => {
  const user = await app.signIn()
  const { status, headers, text } = await user.post('/tasks', { title: 'x'.repeat(201) })
  expect(status).toBe(422)
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json(; charset=utf-8)?$/)
  expect(text).toBe(
    JSON.stringify({
      type: 'about:blank',
      title: 'Validation failed',
      status: 422,
      code: 'validation_failed',
      detail: 'title must be at most 200 characters',
      errors: [{ in: 'body', path: '/title', message: 'must be at most 200 characters' }],
    }),
  )
})

test('all the faults of a request are told at once, in its path, its query and its body', async () => {
  const user = await app.signIn()
  const body = { title: `\0${'x'.repeat(201)}`, completed: 'true', description: 1, user_id: 1, admin: true }
  const answer = await user.patch('/tasks/17?dry_run=1&page=1', body)
  expect(answer.status).toBe(422)
  const { errors, detail } = answer.body
  expect(errors).toHaveLength(9)
  expect(errors).toEqual(
    expect.arrayContaining([
      { in: 'path', path: '/id', message: 'must be a UUID' },
      { in: 'query', path: '/dry_run', message: 'is not a known parameter' },
      { in: 'query', path: '/page', message: 'is not a known parameter' },
      { in: 'body', path: '/title', message: 'must be at most 200 characters' },
      { in: 'body', path: '/title', message: 'must not contain NUL or a lone surrogate' },
      { in: 'body', path: '/completed', message: 'must be a boolean' },
      { in: 'body', path: '/description', message: 'must be a string or null' },
      { in: 'body', path: '/user_id', message: 'is not a known field' },
      { in: 'body', path: '/admin', message: 'is not a known field' },
    ]),
  )
  for (const { path, message } of errors) expect(detail).toContain(`${path.slice(1)} ${message}`)
})

test('both parameters of the list are told at once', async () => {
  const { body } = await (await app.signIn()).get('/tasks?per_page=1000&page=0&sorted=1')
  expect(body.errors).toHaveLength(3)
  expect(body.detail).toContain('page must be at least 1')
  expect(body.detail).toContain('per_page must be at most 100')
  expect(body.detail).toContain('sorted is not a known parameter')
})

test('the place of a fault is a JSON pointer, whatever the name', async () => {
  const user = await app.signIn()
  const { body } = await user.post('/tasks', { title: 'a', 'a/b~c': 1 })
  expect(body.errors).toEqual([{ in: 'body', path: '/a~1b~0c', message: 'is not a known field' }])
})

test('no error repeats more than a hundred characters of what was sent', async () => {
  const user = await app.signIn()
  const long = 'secret'.repeat(100)
  const answers = [
    await user.post('/tasks', { title: 'a', [long]: 1 }),
    await user.post('/tasks', { title: long }),
    await user.post('/tasks', `{"title": ${long}}`),
    await user.post('/tasks', '{"title": "a"}', { 'content-type': `text/${long}` }),
    await user.get(`/tasks?${long}=${long}`),
    await user.get(`/tasks?page=${long}`),
    await user.get(`/tasks/${long}`),
    await user.get(`/${long}`),
    await user.request('PUT', `/tasks/${long}`, long),
    await user.get(`/tasks/%zz${long}`),
    await app.anonymous.get('/tasks', { authorization: `Bearer ${long}` }),
    await app.anonymous.get('/tasks', { authorization: long }),
  ]
  for (const { status, text } of answers) {
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(text).not.toContain(long.slice(0, 100))
    expect(text.length).toBeLessThan(600)
  }
})

test('a flood of unknown fields is answered with no more than a hundred faults', async () => {
  const user = await app.signIn()
  const fields = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`field${index}`, 1]))
  const { status, body } = await user.post('/tasks', fields)
  expect(status).toBe(422)
  expect(body.errors).toHaveLength(100)
})

test.each([
  '/nothing',
  '/tasks/a/b',
  '/Tasks',
  '//tasks',
  '/tasks.json',
  '/docs/nothing',
  '/.env',
  '/auth/token',
])('the unknown path %s is a 404 problem', async (path) => {
  const user = await app.signIn()
  for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const { status, body } = await user.request(method, path)
    expect(status).toBe(404)
    expect(body).toMatchObject({ type: 'about:blank', title: 'Not found', code: 'not_found' })
  }
})

test('without a token every path below /tasks is 401, whatever else is wrong', async () => {
  const { anonymous } = app
  const requests = [
    ['GET', '/tasks'],
    ['GET', '/tasks/'],
    ['GET', '/tasks?page=x&unknown=1'],
    ['GET', '/tasks/not-an-id'],
    ['GET', '/tasks/a/b'],
    ['PUT', '/tasks'],
    ['GET', '/%74asks'],
    ['GET', '/%74%61%73%6b%73/not-an-id'],
    ['POST', '/tasks', '{'],
    ['POST', '/tasks', 'x'.repeat(100_000)],
    ['PATCH', '/tasks/not-an-id', '[]'],
    ['DELETE', '/tasks/not-an-id'],
  ] as const
  for (const [method, path, body] of requests) {
    const answer = await anonymous.request(method, path, body)
    expect(answer.status, `${method} ${path}`).toBe(401)
    expect(answer.body).toMatchObject({ title: 'Unauthenticated', code: 'unauthenticated' })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  }
})

test('an encoded path is the path that it spells', async () => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  expect((await user.get('/%74asks')).body.data).toEqual([task])
  expect((await user.get(`/%74asks/${task.id}`)).body).toEqual(task)
  expect((await user.request('PUT', '/%74asks')).status).toBe(405)
})
