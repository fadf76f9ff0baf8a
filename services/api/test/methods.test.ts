import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'

import { createTasks } from './support/tasks.ts'

const app = await sharedApp()

/** What may differ between two answers to the same request. */
const own = ['date', 'x-request-id', 'connection', 'keep-alive', 'transfer-encoding']
const comparable = (headers: Headers) => [...headers].filter(([name]) => !own.includes(name))

test('HEAD answers what GET does, without the body', async () => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 3)
  const paths = [
    '/tasks',
    '/tasks?per_page=2&page=2',
    '/tasks?page=0',
    `/tasks/${task.id}`,
    `/tasks/${randomUUID()}`,
    '/tasks/not-an-id',
    '/trash',
    '/me',
    '/me/export',
    '/tasks/changes',
    '/tasks/changes?limit=0',
    '/livez',
    '/readyz',
    '/docs',
    '/openapi.json',
    '/',
  ]
  for (const path of paths) {
    const [get, head] = [await user.get(path), await user.head(path)]
    expect(head.status, path).toBe(get.status)
    expect(head.text).toBe('')
    expect(get.text).not.toBe('')
    expect(comparable(head.headers), path).toEqual(comparable(get.headers))
  }
  const events = await user.head('/tasks/events')
  expect([events.status, events.text, events.headers.get('content-length')]).toEqual([200, '', null])
  expect(events.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect((await app.anonymous.head('/tasks')).status).toBe(401)
  expect((await user.head('/nothing')).status).toBe(404)
})

test('two slashes at the end are another path, which is not there', async () => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  for (const path of [`/tasks/${task.id}`, '/me', '/livez']) {
    expect((await user.get(path)).status).toBe(200)
    expect((await user.get(`${path}//`)).status, path).toBe(404)
  }
})

test('a trailing slash is the same resource', async () => {
  const user = await app.signIn()
  const { status, headers, body: task } = await user.post('/tasks/', { title: 'a' })
  expect(status).toBe(201)
  expect(headers.get('location')).toBe(`/tasks/${task.id}`)
  const path = `/tasks/${task.id}/`
  expect((await user.get('/tasks/')).body.data).toEqual([task])
  expect((await user.get('/tasks/?per_page=1')).body.per_page).toBe(1)
  expect((await user.get(path)).body).toEqual(task)
  expect((await user.patch(path, { title: 'b' })).body.title).toBe('b')
  expect((await user.request('PUT', path)).status).toBe(405)
  expect((await user.delete(path)).status).toBe(204)
  expect((await user.get(path)).status).toBe(404)
})

const listMethods = ['GET', 'HEAD', 'POST']
const taskMethods = ['DELETE', 'GET', 'HEAD', 'PATCH']

test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'PURGE', 'LOCK'])(
  '%s of the list is 405 with what is allowed',
  async (method) => {
    const user = await app.signIn()
    const [task] = await createTasks(user, 1)
    const { status, headers, body } = await user.request(method, '/tasks?page=1', '{')
    expect(status).toBe(405)
    expect(body).toMatchObject({ title: 'Method not allowed', code: 'method_not_allowed' })
    expect(headers.get('allow')?.split(', ').sort()).toEqual(listMethods)
    expect((await user.get('/tasks')).body).toMatchObject({ data: [task], total: 1 })
  },
)

test.each(['PUT', 'POST', 'OPTIONS', 'PROPFIND', 'PURGE', 'LOCK'])(
  '%s of a task is 405 with what is allowed, also of a task that is not there',
  async (method) => {
    const user = await app.signIn()
    const [task] = await createTasks(user, 1)
    for (const id of [task.id, randomUUID(), 'not-an-id']) {
      const { status, headers } = await user.request(method, `/tasks/${id}`, '{')
      expect(status).toBe(405)
      expect(headers.get('allow')?.split(', ').sort()).toEqual(taskMethods)
    }
    expect((await user.get(`/tasks/${task.id}`)).body).toEqual(task)
  },
)

test('every method that is allowed is served', async () => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  for (const [path, methods] of [
    ['/tasks', listMethods],
    [`/tasks/${task.id}`, taskMethods.toReversed()],
  ] as const) {
    for (const method of methods) {
      const body = method === 'POST' ? { title: 'a' } : method === 'PATCH' ? {} : undefined
      expect((await user.request(method, path, body)).status, `${method} ${path}`).toBeLessThan(300)
    }
  }
})

test('a page that is only read is 405 for anything else', async () => {
  for (const path of ['/', '/livez', '/readyz', '/openapi.json', '/docs']) {
    const { status, headers } = await app.anonymous.post(path, {})
    expect(status, path).toBe(405)
    expect(headers.get('allow'), path).toBe('GET, HEAD')
  }
})

test.each([
  ['/tasks/batch', 'POST'],
  ['/tasks/changes', 'GET, HEAD'],
  ['/tasks/events', 'GET, HEAD'],
])('%s is no id of a task: another method is 405 with what is allowed', async (path, allowed) => {
  const user = await app.signIn()
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(
    (name) => !allowed.includes(name),
  )) {
    for (const spelled of [path, `${path}/`, path.replace('t', '%74')]) {
      const { status, headers } = await user.request(method, spelled)
      expect(status, `${method} ${spelled}`).toBe(405)
      expect(headers.get('allow'), `${method} ${spelled}`).toBe(allowed)
    }
  }
})

test.each([
  ['/tasks/batch', 'POST'],
  [`/trash/${randomUUID()}`, 'DELETE'],
  [`/trash/${randomUUID()}/restore`, 'POST'],
  ['/trash', 'DELETE, GET, HEAD'],
  ['/me', 'DELETE, GET, HEAD'],
  ['/me/export', 'GET, HEAD'],
  ['/me/import', 'POST'],
])(
  '%s is 405 with what is allowed for the rest, with a slash behind it or without',
  async (path, allowed) => {
    const user = await app.signIn()
    for (const spelled of [path, `${path}/`]) {
      const { status, headers } = await user.request('PUT', spelled)
      expect([status, headers.get('allow')]).toEqual([405, allowed])
    }
  },
)
