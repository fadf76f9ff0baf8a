import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { syncStatements } from '../src/sync/statements.ts'
import type { TestApp } from './support/app.ts'
import { Client } from './support/client.ts'
import { EventReader } from './support/events.ts'
import { startSecondApp } from './support/second-app.ts'
import { type StreamApps, startStreamApps } from './support/stream-apps.ts'
import { changeTo, create } from './support/tasks.ts'

let app: TestApp
let quiet: TestApp
let close: StreamApps['close']
beforeAll(async () => {
  ;({ app, quiet, close } = await startStreamApps())
})
afterAll(() => close())

test('creations, changes, deletions and restores arrive as they happen, the same as in the feed', async () => {
  const user = await quiet.signIn()
  const before = await create(user, 'Before')
  const { next } = (await user.get('/tasks/changes')).body
  const stream = await EventReader.open(user)
  expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(stream.headers.get('cache-control')).toBe('private, no-cache, no-transform')

  const task = await create(user)
  await stream.changes(1)
  const { body: changed } = await user.patch(`/tasks/${task.id}`, { completed: true })
  await stream.changes(2)
  await user.delete(`/tasks/${task.id}`)
  await stream.changes(3)
  await user.post(`/trash/${task.id}/restore`)
  await stream.changes(4)
  await user.post('/tasks/batch', {
    operations: [
      { op: 'create', title: 'In a batch' },
      { op: 'delete', id: before.id },
    ],
  })
  const changes = await stream.changes(6)
  stream.close()

  expect(changes.slice(0, 4)).toEqual([
    changeTo(task),
    changeTo(changed),
    { type: 'deleted', id: task.id },
    changeTo(changed),
  ])
  // Since `next`, the feed tells every task once, in its last state; the stream told each state.
  const feed = (await user.get(`/tasks/changes?since=${next}`)).body
  expect(changes.slice(3)).toEqual(feed.changes)
  expect(stream.lastId).toBe(feed.next)
})

test('what only reads wakes no stream, however it is read', async () => {
  const user = await quiet.signIn()
  await user.post('/tasks', { title: 'Before', tags: ['home'], due: '2026-12-01' })
  const stream = await EventReader.open(user)
  const read = vi.spyOn(quiet.database, 'read')
  const looks = () =>
    read.mock.calls.filter(([, steps]) => steps.some(({ statement }) => statement === syncStatements.changes))
  const query = ['tag=home', 'due_from=2026-01-01', 'sort=title&due_before=2027-01-01', 'q=before']
  const paths = ['/tags', '/me/export', '/tasks/changes?limit=5000', ...query.map((each) => `/tasks?${each}`)]
  for (const path of paths) expect((await user.get(path)).text).toContain('home')
  expect(looks()).toHaveLength(0)

  await create(user)
  await stream.changes(1)
  expect(looks().length).toBeGreaterThan(0)
  read.mockRestore()
  stream.close()
})

test('Last-Event-ID resumes after any event without a gap, and so does since for a first connection', async () => {
  const user = await quiet.signIn()
  const first = await EventReader.open(user)
  for (let i = 0; i < 3; i += 1) await create(user, `Task ${i}`)
  const changes = await first.changes(3)
  first.close()
  const later = await create(user, 'Later')

  for (const [index, { id }] of first.events.entries()) {
    const expected = [...changes.slice(index + 1), changeTo(later)]
    const resumed = await EventReader.open(user, '/tasks/events', { 'last-event-id': id })
    expect(await resumed.changes(expected.length)).toEqual(expected)
    resumed.close()
    const since = await EventReader.open(user, `/tasks/events?since=${id}`)
    expect(await since.changes(expected.length)).toEqual(expected)
    since.close()
  }
})

test('a stream that was cut before its first change has an id to resume from as well', async () => {
  for (const user of [await quiet.signIn(), await quiet.signIn()]) {
    const stream = await EventReader.open(user)
    await stream.until(() => stream.lastId !== undefined)
    stream.close()
    const task = await create(user)
    const resumed = await EventReader.open(user, '/tasks/events', { 'last-event-id': stream.lastId ?? '' })
    expect(await resumed.changes(1)).toEqual([changeTo(task)])
    resumed.close()
  }
})

test('a stream begins with a named event that has an id and data, and no block of it is without data', async () => {
  const user = await app.signIn()
  const stream = await EventReader.open(user)
  await create(user)
  await stream.changes(1)
  const { comments } = stream
  await stream.until(() => stream.comments >= comments + 2)
  await create(user)
  await stream.changes(2)
  stream.close()
  const blocks = stream.text.split('\n\n')
  expect(blocks.pop()).not.toMatch(/data:/)
  expect(blocks).toHaveLength(3)
  expect(blocks[0]).toMatch(/^event: ready\nid: \S+\ndata: {"type":"ready"}$/)
  for (const block of blocks.slice(1)) expect(block).toMatch(/^(: keep-alive\n)*id: \S+\ndata: {.+}$/)
})

test('a stream resumes from any event of a first sync, although a task was purged before it', async () => {
  const user = await quiet.signIn()
  const tasks = [await create(user, 'A'), await create(user, 'B'), await create(user, 'C')]
  const { id } = await create(user, 'Purged')
  await user.delete(`/tasks/${id}`)
  expect((await user.delete(`/trash/${id}`)).status).toBe(204)
  const { next } = (await user.get('/tasks/changes?limit=1')).body
  const expected = tasks.map((task) => changeTo(task))
  const first = await EventReader.open(user, `/tasks/events?since=${next}`)
  expect(await first.changes(2)).toEqual(expected.slice(1))
  first.close()
  const resumed = await EventReader.open(user, '/tasks/events', {
    'last-event-id': first.events[0]?.id ?? '',
  })
  expect(await resumed.changes(1)).toEqual(expected.slice(2))
  resumed.close()
})

test('more changes than one look takes all arrive, whatever they weigh', async () => {
  const user = await quiet.signIn()
  const operations = Array.from({ length: 60 }, (_, i) => ({
    op: 'create',
    title: `Task ${i}`,
    description: 'x'.repeat(2000),
  }))
  const stream = await EventReader.open(user)
  await stream.until(() => stream.lastId !== undefined)
  const start = stream.lastId ?? ''
  stream.close()
  for (let i = 0; i < 5; i += 1) await user.post('/tasks/batch', { operations })

  const resumed = await EventReader.open(user, '/tasks/events', { 'last-event-id': start })
  const changes = await resumed.changes(300)
  resumed.close()
  expect(new Set(changes.map(({ task }) => task.id)).size).toBe(300)
})

test('a bad or forgotten token is an answer and not a broken stream', async () => {
  const user = await quiet.signIn()
  const task = await create(user)
  const { next } = (await user.get('/tasks/changes')).body
  const refused = await user.get('/tasks/events', { 'last-event-id': `${next}x` })
  expect(refused.status).toBe(422)
  expect(refused.body.errors).toMatchObject([{ in: 'header', path: '/last-event-id' }])
  expect((await user.get('/tasks/events?since=made-up')).status).toBe(422)
  expect((await user.get(`/tasks/${task.id}`)).status).toBe(200)
  expect((await user.delete('/me')).status).toBe(204)
  expect((await user.get('/tasks/events', { 'last-event-id': next })).status).toBe(410)
  expect((await quiet.anonymous.get('/tasks/events')).status).toBe(401)
})

test('HEAD answers with the headers and ends', async () => {
  const user = await quiet.signIn()
  const answer = await user.head('/tasks/events')
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
})

test("another user's changes never arrive", async () => {
  const [alice, bob] = [await app.signIn(), await app.signIn()]
  const stream = await EventReader.open(alice)
  await create(bob, 'Of Bob')
  const own = await create(alice, 'Of Alice')
  const comments = stream.comments
  // Several polls and beats later there is still nothing but one's own.
  await stream.until(() => stream.comments >= comments + 3)
  expect(await stream.changes(1)).toEqual([changeTo(own)])
  stream.close()
})

test('what another process writes arrives as well, for a new user too', async () => {
  const user = await app.signIn()
  const stream = await EventReader.open(user)
  const second = await startSecondApp(app)
  const elsewhere = new Client(second.url, user.token)
  const { body: task } = await elsewhere.post('/tasks', { title: 'Written elsewhere' })
  expect(await stream.changes(1)).toEqual([changeTo(task)])
  await elsewhere.delete(`/tasks/${task.id}`)
  expect((await stream.changes(2))[1]).toEqual({ type: 'deleted', id: task.id })
  stream.close()
  await second.close()
})

test('a task that repeats and the next one arrive as events, and so does the taking back of both', async () => {
  const user = await quiet.signIn()
  const water = { title: 'Water', due: '2026-11-20', recurrence: 'FREQ=DAILY' }
  const { body: task } = await user.post('/tasks', water)
  const stream = await EventReader.open(user)
  const { body: done } = await user.patch(`/tasks/${task.id}`, { completed: true })
  const [next] = (await user.get('/tasks?completed=false')).body.data
  expect(await stream.changes(2)).toEqual([changeTo(done), changeTo(next)])
  const { body: open } = await user.patch(`/tasks/${task.id}`, { completed: false })
  const changes = await stream.changes(4)
  expect(changes.slice(2)).toContainEqual(changeTo(open))
  expect(changes.slice(2)).toContainEqual({ type: 'deleted', id: next.id })
  stream.close()
})
