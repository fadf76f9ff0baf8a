import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'
import { createTasks } from './support/tasks.ts'

const app = await sharedApp()

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
  `${'0'.repeat(1000)}`,
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
