import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createClient } from '../../src/index.ts'
import { memoryStorage, type ReplicaStorage, webCoordination } from '../../src/replica/index.ts'
import { sharedServer } from '../shared-server.ts'
import { Device, tooOld } from './device.ts'

const server = sharedServer()

/** As Web Locks give them: one holder of a name, the others in a queue. */
function locks() {
  const last = new Map<string, Promise<unknown>>()
  return {
    request(name: string, { signal }: { signal: AbortSignal }, work: () => Promise<void>) {
      const before = last.get(name) ?? Promise.resolve()
      const mine = before.then(() => (signal.aborted ? undefined : work()))
      last.set(name, mine)
      const gaveUp = new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError')))
      })
      return Promise.race([mine, gaveUp])
    },
  }
}

function tabs(count: number) {
  const userId = randomUUID()
  const shared = {
    userId,
    storage: memoryStorage(),
    coordination: webCoordination(locks(), BroadcastChannel),
  }
  return { userId, all: Array.from({ length: count }, () => new Device(server, { ...shared, live: true })) }
}

test('of eight tabs one pulls, sends and holds the stream, and all show what each does', async () => {
  const { userId, all } = tabs(8)
  for (const tab of all) await tab.start()
  const [first, , , fourth] = all
  await fourth?.replica.create({ title: 'Buy milk' })
  await Promise.all(all.map((tab) => tab.until(({ unsent, tasks }) => unsent === 0 && tasks.size === 1)))
  await first?.until(({ complete }) => complete)

  // From elsewhere: only the one stream can tell.
  const elsewhere = createClient({ baseUrl: server.url, token: () => server.token(userId) })
  await elsewhere.create({ title: 'Buy bread' })
  await Promise.all(all.map((tab) => tab.until(({ tasks }) => tasks.size === 2)))
  expect(first?.sent.length).toBeGreaterThan(0)
  expect(all.slice(1).flatMap(({ sent }) => sent)).toEqual([])
  for (const tab of [...all].reverse()) await tab.stop()
})

test('when the tab that leads is closed, the next one goes on with what waits', async () => {
  const { all } = tabs(2)
  const [first, second] = all
  if (!first || !second) throw new Error('No tabs')
  await first.start()
  await second.start()
  await first.until(({ complete }) => complete)
  first.isOnline = false
  await second.replica.create({ title: 'Buy milk' })
  expect(second.sent).toEqual([])
  await first.stop()
  await second.until(({ unsent, tasks }) => unsent === 0 && tasks.size === 1)
  expect(second.sent.filter(({ method }) => method === 'POST')).toHaveLength(1)
  await second.stop()
})

/** Its stores cannot be read the nth time, as when a browser has closed them in the background. */
function unreadable(storage: ReplicaStorage, nth: number): ReplicaStorage {
  return {
    delete: (userId) => storage.delete(userId),
    async open(userId) {
      const store = await storage.open(userId)
      let times = 0
      const read = () => {
        times += 1
        return times === nth ? Promise.reject(new Error('The store is closed')) : store.read()
      }
      return { ...store, read }
    },
  }
}

test('a tab that could not read what another one has pulled reads it with the next change', async () => {
  const userId = randomUUID()
  const storage = memoryStorage()
  const coordination = webCoordination(locks(), BroadcastChannel)
  const first = new Device(server, { userId, storage, coordination })
  const second = new Device(server, { userId, storage: unreadable(storage, 2), coordination })
  const elsewhere = createClient({ baseUrl: server.url, token: () => server.token(userId) })
  await elsewhere.create({ title: 'Buy milk' })
  await first.start()
  await second.start()
  await second.until(({ tasks, complete }) => complete && tasks.size === 1)
  // All rows are built anew, and then the others have to read them.
  first.trouble = tooOld
  await first.turn()
  first.trouble = undefined
  await elsewhere.create({ title: 'Buy bread' })
  await first.turn()
  await second.until(({ tasks }) => tasks.size === 2)
  await second.stop()
  await first.stop()
})

test('signing out in one tab leaves nothing in another, nor in the store', async () => {
  const { userId, all } = tabs(2)
  const [first, second] = all
  if (!first || !second) throw new Error('No tabs')
  await first.start()
  await second.start()
  await first.replica.create({ title: 'Buy milk' })
  await second.until(({ tasks, unsent }) => tasks.size === 1 && unsent === 0)
  const emptied = second.until(({ tasks }) => tasks.size === 0)
  await first.replica.destroy()
  await emptied
  const { rows, outbox } = await (await first.storage.open(userId)).read()
  expect([rows, outbox]).toEqual([[], []])
})
