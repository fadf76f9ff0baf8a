import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { productionStreamTiming } from '../src/sync/timing.ts'
import { startTestApp, type TestApp, token, type User } from './support/app.ts'
import { Client } from './support/client.ts'
import { EventReader } from './support/events.ts'
import { RawConnection } from './support/raw.ts'
import { startSecondApp } from './support/second-app.ts'
import { type StreamApps, startQuietApp, startStreamApps } from './support/stream-apps.ts'
import { changeTo, create } from './support/tasks.ts'

let app: TestApp
let quiet: TestApp
let close: StreamApps['close']
beforeAll(async () => {
  ;({ app, quiet, close } = await startStreamApps())
})
afterAll(() => close())

test('in production a comment comes every 15 s, and the writes of other processes within one', () => {
  expect(productionStreamTiming).toEqual({ keepAliveMilliseconds: 15_000, pollMilliseconds: 1_000 })
})

test('comments keep an idle stream awake', async () => {
  const stream = await EventReader.open(await app.signIn())
  await stream.until(() => stream.comments >= 4)
  expect(stream.events).toEqual([])
  stream.close()
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
  const closing = await startQuietApp()
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
