import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sharedApp, type User } from './support/app.ts'
import type { Answer } from './support/client.ts'
import { faceOf } from './support/face.ts'
import { createTasks } from './support/tasks.ts'

const app = await sharedApp()

test("a user can neither see, change nor delete another user's task", async () => {
  const [alice, bob] = [await app.signIn(), await app.signIn()]
  const { body: task } = await alice.post('/tasks', { title: 'Buy milk' })

  expect((await bob.get(`/tasks/${task.id}`)).status).toBe(404)
  expect((await bob.patch(`/tasks/${task.id}`, { completed: true })).status).toBe(404)
  expect((await bob.delete(`/tasks/${task.id}`)).status).toBe(404)
  expect((await bob.get('/tasks')).body).toMatchObject({ data: [], total: 0 })

  // The refusals mean nothing unless the task was there all along, untouched.
  const answer = await alice.get(`/tasks/${task.id}`)
  expect(answer.body).toEqual(task)
})

const requests: [string, (user: User, id: string) => Promise<Answer>][] = [
  ['GET', (user, id) => user.get(`/tasks/${id}`, sameRequestId)],
  ['HEAD', (user, id) => user.head(`/tasks/${id}`, sameRequestId)],
  ['PATCH', (user, id) => user.patch(`/tasks/${id}`, { title: 'Mine now', completed: true }, sameRequestId)],
  ['PATCH {}', (user, id) => user.patch(`/tasks/${id}`, {}, sameRequestId)],
  ['DELETE', (user, id) => user.delete(`/tasks/${id}`, sameRequestId)],
  ['PATCH of a wrong body', (user, id) => user.patch(`/tasks/${id}`, { title: '' }, sameRequestId)],
  ['PATCH of no JSON', (user, id) => user.patch(`/tasks/${id}`, '{', sameRequestId)],
  ['GET with a wrong query', (user, id) => user.get(`/tasks/${id}?user_id=1`, sameRequestId)],
  ['PUT', (user, id) => user.request('PUT', `/tasks/${id}`, undefined, sameRequestId)],
]
const sameRequestId = { 'x-request-id': 'the-same' }

test.each(requests)(
  "%s tells another user's task, a task that never was and one that is deleted by nothing at all",
  async (_name, send) => {
    const [alice, bob] = [await app.signIn(), await app.signIn()]
    const [foreign, foreignDone, foreignDeleted] = await createTasks(alice, 3)
    await alice.patch(`/tasks/${foreignDone.id}`, { completed: true })
    await alice.delete(`/tasks/${foreignDeleted.id}`)
    const [kept, deleted] = await createTasks(bob, 2)
    await bob.delete(`/tasks/${deleted.id}`)

    const never = await send(bob, randomUUID())
    expect(never.status).toBeGreaterThanOrEqual(400)
    for (const { id } of [foreign, foreignDone, foreignDeleted, deleted]) {
      expect(faceOf(await send(bob, id))).toEqual(faceOf(never))
    }
    // Somebody who never wrote anything learns as little.
    const stranger = await app.signIn()
    expect(faceOf(await send(stranger, foreign.id))).toEqual(faceOf(never))

    expect((await alice.get(`/tasks/${foreign.id}`)).body).toEqual(foreign)
    expect((await alice.get('/tasks')).body.total).toBe(2)
    expect((await bob.get('/tasks')).body.data).toEqual([kept])
  },
)

test("lists of users who write at the same time hold each user's own tasks", async () => {
  const users = await Promise.all(Array.from({ length: 8 }, () => app.signIn()))
  const created = await Promise.all(users.map((user) => createTasks(user, 6)))
  const lists = await Promise.all(users.map((user) => user.get('/tasks')))
  const ids = (tasks: { id: string }[]) => tasks.map(({ id }) => id).sort()
  lists.forEach(({ body }, index) => {
    expect(body.total).toBe(6)
    expect(ids(body.data)).toEqual(ids(created[index] ?? []))
  })
})

test('two users whose ids differ in one digit share nothing', async () => {
  const id = randomUUID()
  const neighbour = id.slice(0, -1) + (id.endsWith('0') ? '1' : '0')
  const [alice, bob] = [await app.signIn(id), await app.signIn(neighbour)]
  const [task] = await createTasks(alice, 1)
  expect((await bob.get(`/tasks/${task.id}`)).status).toBe(404)
  expect((await bob.get('/tasks')).body.total).toBe(0)
  expect((await alice.get('/tasks')).body.data).toEqual([task])
})

test('outside subjects that differ in case alone are different users', async () => {
  const subject = `auth0|${randomUUID()}a`
  const [alice, bob] = [await app.signIn(subject), await app.signIn(subject.toUpperCase())]
  const [task] = await createTasks(alice, 1)
  expect((await bob.get(`/tasks/${task.id}`)).status).toBe(404)
  expect((await alice.get(`/tasks/${task.id}`)).body).toEqual(task)
})
