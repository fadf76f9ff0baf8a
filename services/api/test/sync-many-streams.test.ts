import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'
import { EventReader } from './support/events.ts'
import { silentLog } from './support/log.ts'

const STREAMS = 200
/** So long that the looks themselves leave the machine to what is looked for. */
const streams = { keepAliveMilliseconds: 600_000, pollMilliseconds: 200 }

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({}, silentLog, { streams })
})
afterAll(() => app.close())

/** As the metrics tell it. */
async function openStreams(): Promise<number> {
  const text = await (await fetch(`${app.url}/metrics`)).text()
  return Number(/^event_streams (\d+)$/m.exec(text)?.[1])
}

const untilOpen = (count: number) => expect.poll(openStreams).toBe(count)

/** In milliseconds. */
async function timeOfTenQueries(): Promise<number> {
  const { pool } = app.database
  const start = performance.now()
  let queries = 0
  await new Promise<void>((resolve) => {
    pool.on('acquire', function count() {
      queries += 1
      if (queries < 10) return
      pool.off('acquire', count)
      resolve()
    })
  })
  return performance.now() - start
}

test('two hundred streams of two hundred users cost one query an interval, and each user hears of their own', async () => {
  const users = await Promise.all(Array.from({ length: STREAMS }, () => app.signIn()))
  await Promise.all(users.map((user) => user.post('/tasks', { title: 'Makes the list' })))
  const readers = await Promise.all(users.map((user) => EventReader.open(user)))
  await untilOpen(STREAMS)

  // Ten queries, and ten intervals between them: no more of them for all these streams than for one. On a busy machine some
  // streams are still at their first look.
  await expect.poll(timeOfTenQueries).toBeGreaterThan(8 * streams.pollMilliseconds)

  await Promise.all(users.map((user, index) => user.post('/tasks', { title: `For ${index}` })))
  for (const [index, reader] of readers.entries()) {
    expect(await reader.changes(1)).toMatchObject([{ type: 'task', task: { title: `For ${index}` } }])
    reader.close()
  }
  await untilOpen(0)
})

test('clients that hang up, at once or in the middle of opening, leave no stream behind', async () => {
  const user = await app.signIn()
  const reader = await EventReader.open(user)
  for (let i = 0; i < 30; i += 1) {
    const abort = new AbortController()
    const opening = fetch(`${app.url}/tasks/events`, {
      headers: { authorization: `Bearer ${user.token}` },
      signal: abort.signal,
    }).then(
      () => 'opened',
      () => 'aborted',
    )
    if (i % 2 === 0) await user.get('/tasks')
    abort.abort()
    await opening
  }
  await untilOpen(1)
  reader.close()
  await untilOpen(0)
})
