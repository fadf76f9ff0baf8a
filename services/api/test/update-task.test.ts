import { afterEach, expect, test, vi } from 'vitest'
import { sharedApp } from './support/app.ts'
import { times } from './support/tasks.ts'

const app = await sharedApp()

afterEach(() => {
  vi.useRealTimers()
})

/** With a younger task beside it, so that the task is not what changed last in the list. */
async function userWithTask() {
  const user = await app.signIn()
  const created = await user.post('/tasks', { title: 'Buy milk', description: 'Two litres' })
  await user.post('/tasks', { title: 'Another' })
  const path = `/tasks/${created.body.id}`
  return { user, path, task: created.body, etag: created.headers.get('etag') }
}

test('each field changes alone, and the answer is the whole task with a new tag', async () => {
  const { user, path, task, etag } = await userWithTask()
  const tags = [etag]
  let expected = task
  for (const changes of [{ title: 'Buy oat milk' }, { description: 'One litre' }, { completed: true }]) {
    const { status, body, headers } = await user.patch(path, changes)
    expected = { ...expected, ...changes, updated_at: body.updated_at }
    expect(status).toBe(200)
    expect(Object.keys(body)).toEqual(Object.keys(task))
    expect(body).toEqual(expected)
    expect(body.updated_at >= task.updated_at).toBe(true)
    const found = await user.get(path)
    expect(found.body).toEqual(body)
    expect(found.headers.get('etag')).toBe(headers.get('etag'))
    tags.push(headers.get('etag'))
  }
  expect(new Set(tags).size).toBe(4)
})

test('all fields change at once', async () => {
  const { user, path, task } = await userWithTask()
  const changes = { title: '  Buy tea  ', description: ' ', completed: true }
  const { body } = await user.patch(path, changes)
  expect(body).toEqual({ ...task, ...changes, title: 'Buy tea', updated_at: body.updated_at })
})

test('null clears the description, which is another change than emptying it', async () => {
  const { user, path } = await userWithTask()
  expect((await user.patch(path, { description: '' })).body.description).toBe('')
  expect((await user.patch(path, { description: null })).body.description).toBeNull()
  expect((await user.get(path)).body.description).toBeNull()
})

test('a task is completed and opened again', async () => {
  const { user, path } = await userWithTask()
  expect((await user.patch(path, { completed: true })).body.completed).toBe(true)
  expect((await user.patch(path, { completed: false })).body.completed).toBe(false)
  expect((await user.get(path)).body.completed).toBe(false)
})

test('a change that changes no value leaves the time and the tag as they were', async () => {
  const { user, path, task, etag } = await userWithTask()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5000 })
  const nothing = [
    {},
    { title: 'Buy milk' },
    { title: '  Buy milk\n' },
    { description: 'Two litres' },
    { completed: false },
    { title: 'Buy milk', description: 'Two litres', completed: false },
  ]
  for (const changes of nothing) {
    const { status, body, headers } = await user.patch(path, changes)
    expect(status).toBe(200)
    expect(body).toEqual(task)
    expect(headers.get('etag')).toBe(etag)
  }

  // The clock has moved, so the next true change shows it.
  const { body, headers } = await user.patch(path, { description: null })
  expect(body.updated_at > task.updated_at).toBe(true)
  expect((await user.patch(path, { description: null })).headers.get('etag')).toBe(headers.get('etag'))
})

test('updated_at never goes back, although the clock does', async () => {
  const { user, path, task, etag } = await userWithTask()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(task.updated_at) - 10_000 })
  const { body, headers } = await user.patch(path, { completed: true })
  expect(body).toEqual({ ...task, completed: true })
  expect(headers.get('etag')).not.toBe(etag)
})

test('created_at stays when everything else changes', async () => {
  const { user, path, task } = await userWithTask()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5000 })
  const { body } = await user.patch(path, { title: 'Buy tea', description: null, completed: true })
  expect(body.created_at).toBe(task.created_at)
  expect(body.updated_at > task.updated_at).toBe(true)
})

test('a merge patch is taken under its own media type too', async () => {
  const { user, path, task } = await userWithTask()
  const type = { 'content-type': 'application/merge-patch+json' }
  const { status, body } = await user.patch(path, { description: null }, type)
  expect(status).toBe(200)
  expect(body).toEqual({ ...task, description: null, updated_at: body.updated_at })
  expect((await user.post('/tasks', { title: 'Not a patch' }, type)).status).toBe(415)
})

test('null is no title and no state, and changes nothing', async () => {
  const { user, path, task } = await userWithTask()
  for (const changes of [{ title: null }, { completed: null }, { title: null, description: null }]) {
    expect((await user.patch(path, changes)).status).toBe(422)
  }
  expect((await user.get(path)).body).toEqual(task)
})

test('a faulty field keeps the good ones beside it from being changed', async () => {
  const { user, path, task } = await userWithTask()
  const { status, body } = await user.patch(path, { title: 'Buy tea', completed: 'true', user_id: user.id })
  expect(status).toBe(422)
  expect(body.errors).toEqual([
    { in: 'body', path: '/user_id', message: 'is not a known field' },
    { in: 'body', path: '/completed', message: 'must be a boolean' },
  ])
  expect((await user.get(path)).body).toEqual(task)
})

test('fifty changes at once to one task each get a tag of their own, and the last one stands', async () => {
  const { user, path } = await userWithTask()
  const answers = await times(50, (index) => user.patch(path, { title: `Title ${index}` }))
  expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200))
  expect(new Set(answers.map(({ headers }) => headers.get('etag'))).size).toBe(50)

  const last = await user.get(path)
  const winner = answers.find(({ headers }) => headers.get('etag') === last.headers.get('etag'))
  expect(winner?.body).toEqual(last.body)
})

test('fifty changes at once to different fields lose none of them', async () => {
  const { user, path } = await userWithTask()
  await times(50, (index) =>
    user.patch(path, [{ title: 'Tea' }, { description: 'Green' }, { completed: true }][index % 3]),
  )
  expect((await user.get(path)).body).toMatchObject({ title: 'Tea', description: 'Green', completed: true })
})
