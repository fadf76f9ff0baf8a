import { randomUUID } from 'node:crypto'
import 'fake-indexeddb/auto'
import { deleteDB, openDB } from 'idb'
import { expect, test } from 'vitest'
import { createClient } from '../../src/index.ts'
import { memoryStorage, openIndexedDb, openReplica, type ReplicaStorage } from '../../src/replica/index.ts'

/** An API that is away, and that notes what it was asked to write. */
function away() {
  const writes: string[] = []
  const client = createClient({
    baseUrl: 'http://127.0.0.1:1',
    token: () => 'none',
    sleep: async () => {},
    async fetch(request) {
      if (request.method !== 'GET') writes.push(`${request.method} ${request.url}`)
      throw new TypeError('fetch failed')
    },
  })
  return { client, writes }
}

const open = (storage: ReplicaStorage, userId: string, client = away().client) =>
  openReplica({ client, userId, storage, sleep: () => new Promise(() => {}) })

const at = '2026-11-27T09:00:00.000Z'
const task = (title: string) => ({
  id: randomUUID(),
  title,
  description: null,
  completed: false,
  created_at: at,
  updated_at: at,
})

const storages = { memory: memoryStorage, IndexedDB: openIndexedDb }

test.each(Object.keys(storages) as (keyof typeof storages)[])(
  '%s keeps what was done, and each user apart',
  async (name) => {
    const storage = storages[name]()
    const [ada, grace] = [randomUUID(), randomUUID()]
    const replica = await open(storage, ada)
    const [id = ''] = (await replica.create({ title: 'Buy milk' })).ids
    await replica.update(id, { title: 'Buy oat milk' })
    await replica.close()

    const other = await open(storage, grace)
    expect(other.state.tasks.size).toBe(0)
    await other.close()
    const again = await open(storage, ada)
    expect(again.state.tasks.get(id)).toMatchObject({ title: 'Buy oat milk' })
    expect(again.state.unsent).toBe(2)

    await again.destroy()
    expect(again.state.tasks.size).toBe(0)
    // A tab of somebody who is slower than the one who signs out.
    await expect(again.create({ title: 'Too late' })).rejects.toThrow('deleted')
    const after = await open(storage, ada)
    expect(after.state).toMatchObject({ unsent: 0, refusals: [] })
    expect(after.state.tasks.size).toBe(0)
    await after.close()
  },
)

test.each(Object.keys(storages) as (keyof typeof storages)[])(
  '%s writes all or nothing, and numbers entries in order',
  async (name) => {
    const store = await storages[name]().open(randomUUID())
    const action = { id: '1', operations: [], ids: [], inverse: [] }
    const [first, second] = await store.write({
      add: [1, 2].map(() => ({ action, steps: [], status: 'waiting' })),
    })
    expect((second?.number ?? 0) > (first?.number ?? 0)).toBe(true)
    const milk = task('Buy milk')
    const bread = task('Buy bread')
    const rows = [milk, bread].map((one) => ({ id: one.id, task: one, etag: '"1"' }))
    await store.write({ rows: { side: 0, put: rows }, remove: [first?.number ?? 0] })
    await store.write({ rows: { side: 1, put: [] }, clear: [1] })
    const { outbox, rows: read } = await store.read()
    expect(outbox.map(({ number }) => number)).toEqual([second?.number])
    expect(read).toHaveLength(2)
    store.close()
  },
)

test('a handle that the browser closed under the app is opened again, and the next edit is stored', async () => {
  const userId = randomUUID()
  const opened: IDBDatabase[] = []
  const request = indexedDB.open.bind(indexedDB)
  indexedDB.open = (...given: Parameters<typeof request>) => {
    const opening = request(...given)
    opening.addEventListener('success', () => opened.push(opening.result))
    return opening
  }
  const replica = await open(openIndexedDb(), userId)
  await replica.create({ title: 'Buy milk' })
  for (const database of opened) database.close()
  await replica.create({ title: 'Buy bread' })
  indexedDB.open = request
  await replica.close()

  const again = await open(openIndexedDb(), userId)
  expect([...again.state.tasks.values()].map(({ title }) => title).sort()).toEqual(['Buy bread', 'Buy milk'])
  await again.close()
})

/** A store with one confirmed task, as `change` leaves it. */
async function stored(userId: string, format: number): Promise<void> {
  const store = await openIndexedDb().open(userId)
  const milk = task('Buy milk')
  const { meta } = await store.read()
  await store.write({
    meta: { ...meta, format, count: 1, complete: true, next: 'a token' },
    rows: { side: 0, put: [{ id: milk.id, task: milk, etag: '"1"' }] },
  })
  store.close()
}

test('with the API down, or a store of another version, what is stored is shown and nothing is sent', async () => {
  for (const format of [1, 0, 99]) {
    const userId = randomUUID()
    await stored(userId, format)
    const { client, writes } = away()
    const replica = await open(openIndexedDb(), userId, client)
    expect([...replica.state.tasks.values()]).toMatchObject([{ title: 'Buy milk' }])
    expect(replica.state.complete).toBe(format === 1)
    await replica.close()
    expect(writes).toEqual([])
  }
})

test('a store that lost its rows, or has others in it, sends nothing and shows what it can', async () => {
  const userId = randomUUID()
  await stored(userId, 1)
  const database = await openDB(`tasklane ${userId}`)
  const [{ id }] = await database.getAll('rows0')
  await database.put('rows0', { id: 'broken' })
  await database.put('outbox', { number: 7, nonsense: true })
  await database.add('outbox', {
    action: {},
    status: 'waiting',
    steps: [{ operation: { op: 'update', id } }],
  })
  database.close()
  const { client, writes } = away()
  const replica = await open(openIndexedDb(), userId, client)
  expect([...replica.state.tasks.values()]).toMatchObject([{ title: 'Buy milk' }])
  expect(replica.state).toMatchObject({ complete: false, unsent: 0 })
  await replica.close()
  expect(writes).toEqual([])

  await deleteDB(`tasklane ${userId}`)
  const wiped = await open(openIndexedDb(), userId, client)
  expect(wiped.state).toMatchObject({ complete: false, unsent: 0 })
  await wiped.close()
  expect(writes).toEqual([])
})

test('what cannot be stored is neither shown nor sent', async () => {
  const storage = memoryStorage()
  const full: ReplicaStorage = {
    delete: (userId) => storage.delete(userId),
    async open(userId) {
      const store = await storage.open(userId)
      return { ...store, write: () => Promise.reject(new DOMException('Full', 'QuotaExceededError')) }
    },
  }
  const { client, writes } = away()
  const replica = await open(full, randomUUID(), client)
  const shown: number[] = []
  replica.subscribe(({ tasks, unsent }) => shown.push(tasks.size + unsent))
  await expect(replica.create({ title: 'Buy milk' })).rejects.toThrow('Full')
  shown.push(replica.state.tasks.size + replica.state.unsent)
  await replica.close()
  expect(shown.every((count) => count === 0)).toBe(true)
  expect(writes).toEqual([])
})
