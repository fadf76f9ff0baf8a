import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { syncStatements } from '../src/sync/statements.ts'
import { productionStreamTiming } from '../src/sync/timing.ts'
import { startTestApp, type TestApp, token, type User } from './support/app.ts'
import { Client } from './support/client.ts'
import { EventReader } from './support/events.ts'
import { silentLog } from './support/log.ts'
import { RawConnection } from './support/raw.ts'
import { startSecondApp } from './support/second-app.ts'
import { changeTo } from './support/tasks.ts'

/** As in production, but that nobody has to wait for it. */
const streams = { keepAliveMilliseconds: 40, pollMilliseconds: 20 }
/** The poll never comes: what arrives was told by the process itself. */
const withoutPoll = { keepAliveMilliseconds: 600_000, pollMilliseconds: 600_000 }

let app: TestApp
let quiet: TestApp
beforeAll(async () => {
  app = await startTestApp({}, silentLog, { streams })
  quiet = await startTestApp({}, silentLog, { streams: withoutPoll })
})
afterAll(async () => {
  await quiet.close()
  await app.close()
})

async function create(user: User, title = 'Buy milk') {
  return (await user.post('/tasks', { title })).body
}

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

test('in production a comment comes every 15 s, and the writes of other processes within one', () => {
  expect(productionStreamTiming).toEqual({ keepAliveMilliseconds: 15_000, pollMilliseconds: 1_000 })
})

test('comments keep an idle stream awake', async () => {
  const stream = await EventReader.open(await app.signIn())
  await stream.until(() => stream.comments >= 4)
  expect(stream.events).toEqual([])
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

test("a stream ends at the token's expiry, and one with a longer token goes on", async () => {
  const user = await quiet.signIn()
  // 30 s of skew are granted, so this one has a few left, which are enough to open the stream.
  const exp = Math.floor(Date.now() / 1000) - 25
  const short = new Client(quiet.url, await token({ sub: user.id, iat: exp - 300, exp }))
  const ending = await EventReader.open(Object.assign(short, { id: user.id }))
  const lasting = await EventReader.open(user)
  await ending.ended()
  const task = await create(user)
  expect(await lasting.changes(1)).toEqual([changeTo(task)])
  lasting.close()
})

test("DELETE /me ends the user's streams, here and in other processes, and nobody else's", async () => {
  const [user, other] = [await app.signIn(), await app.signIn()]
  await create(user)
  const second = await startSecondApp(app)
  const streams = [await EventReader.open(user), await EventReader.open(user)]
  const others = await EventReader.open(other)
  expect((await new Client(second.url, user.token).delete('/me')).status).toBe(204)
  for (const stream of streams) await stream.ended()

  const again = await EventReader.open(user)
  await create(user)
  await again.changes(1)
  await user.delete('/me')
  await again.ended()
  const task = await create(other)
  expect(await others.changes(1)).toEqual([changeTo(task)])
  others.close()
  await second.close()
})

test('closing the app ends open streams and does not wait for them', async () => {
  const closing = await startTestApp({}, silentLog, { streams: withoutPoll })
  const opened = await Promise.all([1, 2, 3].map(async () => EventReader.open(await closing.signIn())))
  await closing.close()
  for (const stream of opened) await stream.ended()
})

test('closing the app does not wait for connections that never carried a request', async () => {
  const closing = await startTestApp()
  const accepted = once(closing.app.server, 'connection')
  const connection = await RawConnection.open(closing.url)
  await accepted
  await Promise.all([closing.close(), connection.ended()])
})

test('a client that stops reading is cut off, while others are served', async () => {
  const [user, other] = [await app.signIn(), await app.signIn()]
  const { next } = (await user.get('/tasks/changes')).body
  const operations = Array.from({ length: 100 }, () => ({
    op: 'create',
    title: 'x'.repeat(200),
    description: '\u{1f600}'.repeat(2000),
  }))
  // Far more than the sockets between hold.
  for (let i = 0; i < 10; i += 1) expect((await user.post('/tasks/batch', { operations })).status).toBe(200)
  const others = await EventReader.open(other)

  const stuck = await openStuck(app, user, next)
  let unread = 0
  const watch = setInterval(() => {
    unread = Math.max(unread, stuck.writableLength)
  }, 1)
  await once(stuck, 'close')
  clearInterval(watch)
  expect(unread).toBeLessThan(100_000)

  const task = await create(other)
  expect(await others.changes(1)).toEqual([changeTo(task)])
  others.close()
})

test('a connection has one stream at a time, and none is left when it is gone', async () => {
  const user = await quiet.signIn()
  const open = async () => {
    const { text } = await quiet.anonymous.get('/metrics')
    return Number(/^event_streams (\d+)$/m.exec(text)?.[1])
  }
  const before = await open()
  const connection = await RawConnection.open(quiet.url)
  const request = `GET /tasks/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${user.token}\r\n\r\n`
  connection.send(request.repeat(50))
  await connection.until(/./)
  await expect.poll(open).toBe(before + 1)
  connection.destroy()
  await expect.poll(open).toBe(before)
})

/** A client that asks for everything and then reads nothing; it notices only that it is hung up on. */
async function openStuck({ url, app: { server } }: TestApp, user: User, since: string): Promise<Socket> {
  const accepted = once(server, 'connection')
  const connection = await RawConnection.open(url)
  connection.send(
    `GET /tasks/events?since=${since} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${user.token}\r\n\r\n`,
  )
  connection.socket.pause()
  const [serverSide] = await accepted
  return serverSide
}

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
