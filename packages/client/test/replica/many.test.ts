import { randomUUID } from 'node:crypto'
import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import { createClient } from '../../src/index.ts'
import { openIndexedDb, openReplica, type Replica, type ReplicaStorage } from '../../src/replica/index.ts'

const COUNT = 2100

/** An API with very many tasks, one in two of them completed, which is away after the first walk of the feed. */
function apiOf(count: number) {
  const changes = Array.from({ length: count }, (_, index) => {
    const at = new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString()
    const plain = { id: randomUUID(), title: `Task ${index}`, description: null, completed: index % 2 === 1 }
    return { type: 'task', task: { ...plain, created_at: at, updated_at: at }, etag: '"1"' }
  })
  const answers = new Map<string, object>([
    ['/tasks', { data: [] }],
    ['/tasks/changes', { changes, next: 'a token', has_more: false }],
  ])
  return createClient({
    baseUrl: 'http://127.0.0.1:1',
    token: () => 'none',
    sleep: async () => {},
    async fetch({ url }) {
      const path = new URL(url).pathname
      const answer = answers.get(path)
      answers.delete(path)
      if (answer === undefined) throw new TypeError('fetch failed')
      return Response.json(answer)
    },
  })
}

const client = apiOf(COUNT)
const open = (userId: string, storage: ReplicaStorage = openIndexedDb()) =>
  openReplica({ client, userId, storage, sleep: () => new Promise(() => {}) })

function complete(replica: Replica): Promise<void> {
  return new Promise((resolve) => {
    const look = () => replica.state.complete && resolve()
    replica.subscribe(look)
    look()
  })
}

const titles = ({ state }: Replica) => [...state.tasks.values()].map(({ title }) => title)

test('of very many tasks, the first are shown before all are read, and what is added meanwhile is kept', async () => {
  const userId = randomUUID()
  const first = await open(userId)
  await complete(first)
  await first.close()

  let readOn = () => {}
  const asked = new Promise<void>((resolve) => {
    readOn = resolve
  })
  const slow: ReplicaStorage = {
    ...openIndexedDb(),
    async open(id) {
      const store = await openIndexedDb().open(id)
      return { ...store, read: () => asked.then(() => store.read()) }
    },
  }
  const second = await open(userId, slow)
  const topmost = Array.from({ length: 50 }, (_, index) => `Task ${COUNT - 2 - 2 * index}`)
  expect(titles(second)).toEqual(topmost)
  expect(second.state.complete).toBe(false)
  await second.create({ title: 'Buy milk' })
  expect(titles(second)).toEqual([...topmost, 'Buy milk'])
  const [{ id = '' } = {}] = second.state.tasks.values()
  const changed = second.update(id, { title: 'Changed' })
  const whole = complete(second)
  readOn()
  await whole
  await changed
  expect(second.state.tasks.size).toBe(COUNT + 1)
  expect(second.state.tasks.get(id)).toMatchObject({ title: 'Changed' })
  expect(second.state.unsent).toBe(2)
  await second.close()

  const third = await open(userId)
  await complete(third)
  expect(titles(third)).toEqual(expect.arrayContaining(['Buy milk', 'Changed']))
  expect(third.state).toMatchObject({ unsent: 2, complete: true })
  await third.close()
})
