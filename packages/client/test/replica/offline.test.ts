import { expect, test } from 'vitest'
import { createClient } from '../../src/index.ts'
import { compareByPlace, memoryStorage, openReplica, type Replica } from '../../src/replica/index.ts'

const client = createClient({
  baseUrl: 'http://127.0.0.1:1',
  token: () => 'none',
  sleep: async () => {},
  fetch: async () => {
    throw new TypeError('fetch failed')
  },
})

/** A replica without a network; its storage outlives it. */
async function openOffline(storage = memoryStorage(), now = Date.now): Promise<Replica> {
  return openReplica({ client, userId: 'ada', storage, now, sleep: () => new Promise(() => {}) })
}

const titles = (replica: Replica) => [...replica.state.tasks.values()].map(({ title }) => title).sort()

test('what is done without a network is shown at once and is still there after a restart', async () => {
  const storage = memoryStorage()
  const replica = await openOffline(storage)
  const { ids } = await replica.create({ title: 'Buy milk' })
  await replica.create({ title: 'Buy bread' })
  await replica.update(ids[0] ?? '', { title: 'Buy oat milk' })
  expect(titles(replica)).toEqual(['Buy bread', 'Buy oat milk'])
  await replica.close()

  const again = await openOffline(storage)
  expect(titles(again)).toEqual(['Buy bread', 'Buy oat milk'])
  expect(again.state.unsent).toBe(3)
  await again.close()
})

test('whatever is done can be undone, and the undoing too', async () => {
  const replica = await openOffline()
  const created = await replica.create({ title: 'Buy milk', description: 'Two litres' })
  const [id = ''] = created.ids
  const shown = () => replica.state.tasks.get(id)

  const updated = await replica.update(id, { title: 'Buy bread', description: null })
  const undone = await replica.undo(updated)
  expect(shown()).toMatchObject({ title: 'Buy milk', description: 'Two litres' })
  await replica.undo(undone)
  expect(shown()).toMatchObject({ title: 'Buy bread', description: null })

  const completed = await replica.complete(id)
  expect(shown()).toMatchObject({ completed: true })
  await replica.undo(completed)
  expect(shown()).toMatchObject({ completed: false })

  const deleted = await replica.delete(id)
  expect(shown()).toBeUndefined()
  expect(replica.state.deleted.get(id)).toMatchObject({ title: 'Buy bread' })
  await replica.undo(deleted)
  expect(shown()).toMatchObject({ title: 'Buy bread' })

  await replica.undo(created)
  expect(shown()).toBeUndefined()
  await replica.close()
})

test('several operations are one action, which is undone as one', async () => {
  const replica = await openOffline()
  const action = await replica.batch([
    { op: 'create', title: 'One' },
    { op: 'create', title: 'Two' },
  ])
  const [one = '', two = ''] = action.ids
  await replica.batch([
    { op: 'update', id: one, changes: { completed: true } },
    { op: 'delete', id: two },
  ])
  expect(titles(replica)).toEqual(['One'])
  expect(replica.state.pending).toHaveLength(2)
  await replica.undo(action)
  expect(titles(replica)).toEqual([])
  await replica.close()
})

test('several moves of one action meet what those before them did, and one undo takes all back', async () => {
  let time = Date.UTC(2026, 10, 27)
  const replica = await openOffline(memoryStorage(), () => {
    time += 1000
    return time
  })
  const ids = new Map<string, string>()
  for (const title of 'EDCBA') ids.set(title, (await replica.create({ title })).ids[0] ?? '')
  const idOf = (title: string) => ids.get(title) ?? ''
  const order = () =>
    [...replica.state.tasks.values()]
      .sort(compareByPlace)
      .map(({ title }) => title)
      .join('')
  await replica.batch([...'AED'].map((title) => ({ op: 'move', id: idOf(title), after: idOf('B') })))
  expect(order()).toBe('BDEAC')
  const moved = await replica.batch([
    { op: 'move', id: idOf('C'), before: idOf('B') },
    { op: 'move', id: idOf('A'), after: idOf('C') },
    { op: 'move', id: idOf('D'), after: idOf('A') },
  ])
  expect(order()).toBe('CADBE')
  await replica.undo(moved)
  expect(order()).toBe('BDEAC')
  await replica.close()
})
