import { afterAll, expect, test } from 'vitest'
import { beginAnew } from '../src/backup/begin-anew.ts'
import { startTestApp, type User } from './support/app.ts'
import { EventReader } from './support/events.ts'
import { exportBy, ndjson, taskLine, textOf } from './support/export.ts'
import { createTasks } from './support/tasks.ts'

// It is done for all users, and other files must not be among them.
const app = await startTestApp()
afterAll(() => app.close())

const since = (user: User, token: string) => user.get(`/tasks/changes?since=${token}`)
const nextOf = async (user: User) => (await user.get('/tasks/changes')).body.next as string

test('after a restore every older sync token is 410 for every user, and a new walk goes on', async () => {
  const users = [await app.signIn(), await app.signIn()]
  for (const user of users) await createTasks(user, 2)
  const tokens = await Promise.all(users.map(nextOf))
  const begun = (await users[0]?.get('/tasks/changes?limit=1'))?.body.next
  expect(await beginAnew(app.database)).toBe(2)

  for (const [index, user] of users.entries()) {
    const token = tokens[index] ?? ''
    expect((await since(user, token)).body).toMatchObject({ status: 410, code: 'gone' })
    expect((await user.get('/tasks/events', { 'last-event-id': token })).status).toBe(410)
    const fresh = await nextOf(user)
    const { body } = await user.post('/tasks', { title: 'After' })
    expect((await since(user, fresh)).body.changes).toMatchObject([{ task: { id: body.id } }])
    expect((await since(user, token)).status).toBe(410)
  }
  // A walk that had begun before has to begin again as well.
  if (users[0]) expect((await since(users[0], begun)).status).toBe(410)
})

test('after a restore the token of a user who had nothing yet is 410 as well, with tasks by now and without', async () => {
  const [idle, busy] = [await app.signIn(), await app.signIn()]
  const [idles, busys] = [await nextOf(idle), await nextOf(busy)]
  await createTasks(busy, 1)
  for (const [user, token] of [[idle, idles] as const, [busy, busys] as const]) {
    expect((await since(user, token)).status).toBe(200)
  }
  await beginAnew(app.database)

  for (const [user, token] of [[idle, idles] as const, [busy, busys] as const]) {
    expect((await since(user, token)).body).toMatchObject({ status: 410, code: 'gone' })
    expect((await user.get('/tasks/events', { 'last-event-id': token })).status).toBe(410)
  }
  const fresh = await nextOf(idle)
  expect((await since(idle, fresh)).body).toEqual({ changes: [], next: fresh, has_more: false })
  const { body } = await idle.post('/tasks', { title: 'After' })
  expect((await since(idle, fresh)).body.changes).toMatchObject([{ task: { id: body.id } }])
})

test('the token with which an event stream of a user who has nothing begins is 410 after a restore', async () => {
  const user = await app.signIn()
  const stream = await EventReader.open(user)
  await stream.until(() => stream.lastId !== undefined)
  stream.close()
  const token = stream.lastId ?? ''
  expect((await since(user, token)).status).toBe(200)
  await beginAnew(app.database)
  expect((await since(user, token)).status).toBe(410)
})

test('after a restore the tag of a list is another, and that of a task which is as it was stays', async () => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  const tagOf = async (path: string) => (await user.get(path)).headers.get('etag') ?? ''
  const [list, own] = [await tagOf('/tasks'), await tagOf(`/tasks/${task.id}`)]
  await beginAnew(app.database)
  expect((await user.get('/tasks', { 'if-none-match': list })).status).toBe(200)
  expect((await user.get(`/tasks/${task.id}`, { 'if-none-match': own })).status).toBe(304)
  expect((await user.patch(`/tasks/${task.id}`, { title: 'New' }, { 'if-match': own })).status).toBe(200)
})

test('a large import right after a restore goes through, and the feed tells it once', async () => {
  const user = await app.signIn()
  await createTasks(user, 1)
  await beginAnew(app.database)
  const next = await nextOf(user)
  const tasks = Array.from({ length: 300 }, (_, index) => taskLine(index))
  const answer = await user.post('/me/import', textOf(exportBy(user.id, tasks)), ndjson)
  expect(answer.body).toEqual({ imported: 300, skipped: 0 })
  expect((await user.get(`/tasks/changes?since=${next}&limit=1000`)).body.changes).toHaveLength(300)
})
