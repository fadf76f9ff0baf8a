import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'
import { times } from './support/tasks.ts'

const app = await sharedApp()

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

test('a created task is answered whole, in the order of the contract, with its place and its tag', async () => {
  const user = await app.signIn()
  const { status, headers, body } = await user.post('/tasks', {
    title: 'Buy milk',
    description: 'Two litres',
  })

  expect(status).toBe(201)
  expect(Object.keys(body)).toEqual(['id', 'title', 'description', 'completed', 'created_at', 'updated_at'])
  expect(body).toMatchObject({ title: 'Buy milk', description: 'Two litres', completed: false })
  expect(body.id).toMatch(uuidV7)
  expect(body.created_at).toMatch(rfc3339)
  expect(body.updated_at).toBe(body.created_at)
  expect(headers.get('location')).toBe(`/tasks/${body.id}`)
  expect(headers.get('etag')).toMatch(/^"[^"]+"$/)

  const found = await user.get(headers.get('location') ?? '')
  expect(found.body).toEqual(body)
  expect(found.headers.get('etag')).toBe(headers.get('etag'))
})

test('a task without a description has null, and an empty description is not null', async () => {
  const user = await app.signIn()
  expect((await user.post('/tasks', { title: 'a' })).body.description).toBeNull()
  expect((await user.post('/tasks', { title: 'a', description: null })).body.description).toBeNull()
  expect((await user.post('/tasks', { title: 'a', description: '' })).body.description).toBe('')
})

test('white space around a title is trimmed, and a description is kept exactly as sent', async () => {
  const user = await app.signIn()
  const description = '  \n first\r\n\tsecond  \u00a0 '
  const { body } = await user.post('/tasks', { title: ' \t\n\u00a0\u3000 Buy  milk \u2029\r\n', description })
  expect(body).toMatchObject({ title: 'Buy  milk', description })
  expect((await user.get(`/tasks/${body.id}`)).body).toEqual(body)
})

test('text of any script comes back as it was sent', async () => {
  const user = await app.signIn()
  const title = 'Käse, 牛奶, молоко, حليب, 👩‍👩‍👧‍👦, e\u0301 \\ " / \u007f \u0001 %_$1'
  const { body } = await user.post('/tasks', { title })
  expect((await user.get(`/tasks/${body.id}`)).body.title).toBe(title)
})

test('a field that only the server sets is refused by name, and nothing is created', async () => {
  const user = await app.signIn()
  const other = await app.signIn()
  for (const field of [
    'user_id',
    'id',
    'is_deleted',
    'created_at',
    'updated_at',
    'deleted_at',
    'completed',
  ]) {
    const answer = await user.post('/tasks', { title: 'Mine', [field]: other.id })
    expect(answer.status, field).toBe(422)
    expect(answer.body.errors).toEqual([{ in: 'body', path: `/${field}`, message: 'is not a known field' }])
  }
  expect((await user.get('/tasks')).body.total).toBe(0)
  expect((await user.post('/tasks', { title: 'Mine' })).status).toBe(201)
})

test('fifty first writes at once of a user nobody has seen before all succeed', async () => {
  for (const subject of [randomUUID(), `auth0|${randomUUID()}`, `user_${randomUUID()}`, randomUUID()]) {
    const user = await app.signIn(subject)
    const answers = await times(50, (index) => user.post('/tasks', { title: `Task ${index}` }))
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(201))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(50)
    expect((await user.get('/tasks')).body.total).toBe(50)
  }
})

test('a UUID subject is the same user in upper and in lower case', async () => {
  const id = randomUUID()
  const { body } = await (await app.signIn(id)).post('/tasks', { title: 'Mine' })
  expect((await (await app.signIn(id.toUpperCase())).get(`/tasks/${body.id}`)).body).toEqual(body)
})
