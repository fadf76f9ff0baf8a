import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Task } from '../../src/index.ts'
import { compareByPlace, newIdAt } from '../../src/replica/index.ts'
import { sharedServer } from '../shared-server.ts'
import { Device } from './device.ts'
import { listed, plainClient } from './plain.ts'

/*
 * What people lost in other programs, each of which happens to nobody here.
 */

const DAY_MILLISECONDS = 86_400_000

const server = sharedServer()

async function twoDevices(userId: string): Promise<[Device, Device]> {
  const [phone, laptop] = [new Device(server, { userId }), new Device(server, { userId })]
  await Promise.all([phone.start(), laptop.start()])
  return [phone, laptop]
}

const byId = (tasks: Iterable<Task>) => [...tasks].sort((a, b) => (a.id < b.id ? -1 : 1))

test('a device that was away for two days keeps its three changes beside fifty others, and shows both of a field', async () => {
  const userId = randomUUID()
  const client = plainClient(userId)
  let now = Date.now() - 2 * DAY_MILLISECONDS
  const phone = await new Device(server, { userId, now: () => now }).start()
  const created = await client.batch(
    Array.from({ length: 40 }, (_, index) => ({ op: 'create', title: `Task ${index}` })),
  )
  const ids = created.map((result) => ('task' in result ? result.task.id : ''))
  const [one = '', two = '', three = ''] = ids
  await phone.turn()
  phone.isOnline = false
  await phone.replica.update(one, { title: 'Mine' })
  await phone.replica.update(two, { title: 'Mine too' })
  await phone.replica.update(three, { title: 'Mine alone' })

  await client.update(one, { title: 'Theirs' })
  await client.update(two, { description: 'Theirs' })
  for (const id of ids.slice(3, 21)) await client.update(id, { title: 'Changed', completed: true })
  for (const id of ids.slice(21, 31)) await client.delete(id)
  for (let index = 0; index < 20; index += 1) await client.create({ title: `Later ${index}` })

  now = Date.now()
  phone.isOnline = true
  await phone.turn()
  expect(phone.state).toMatchObject({ unsent: 0, refusals: [] })
  expect(phone.state.conflicts).toMatchObject([
    { id: one, fields: [{ field: 'title', mine: 'Mine', theirs: 'Theirs' }] },
  ])
  const [conflict] = phone.state.conflicts
  if (conflict) await phone.replica.resolve(conflict, 'mine')
  await phone.turn()

  const tasks = new Map((await listed(userId)).map((task) => [task.id, task]))
  expect(tasks.size).toBe(50)
  expect(tasks.get(one)).toMatchObject({ title: 'Mine' })
  expect(tasks.get(two)).toMatchObject({ title: 'Mine too', description: 'Theirs' })
  expect(tasks.get(three)).toMatchObject({ title: 'Mine alone' })
  expect([...tasks.values()].filter(({ title }) => title === 'Changed')).toHaveLength(18)
  expect(byId(phone.state.tasks.values())).toEqual(byId(tasks.values()))
  await phone.stop()
})

test('fifty pasted lines and twenty moves on two devices leave one order on both, after a restart too', async () => {
  const userId = randomUUID()
  const [phone, laptop] = await twoDevices(userId)
  const lines = Array.from({ length: 50 }, (_, index) => `Line ${index}`)
  const made = Date.now()
  // The first line is made last, so that it is on top.
  const operations = lines
    .toReversed()
    .map((title, index) => ({ op: 'create' as const, title, id: newIdAt(made + index) }))
  await phone.replica.batch(operations)
  await phone.turn()
  await laptop.turn()
  const orderOf = (tasks: Iterable<Task>) => [...tasks].sort(compareByPlace).map(({ title }) => title)
  expect(orderOf(laptop.state.tasks.values())).toEqual(lines)

  const ids = operations.map(({ id }) => id)
  for (let index = 0; index < 10; index += 1) {
    const [moved = '', other = ''] = [ids[index * 5], ids[(index * 7 + 3) % 50]]
    await phone.replica.move(moved, { before: other })
    await laptop.replica.move(other, { after: ids[index * 3 + 1] ?? '' })
  }
  for (const device of [phone, laptop, phone]) await device.turn()
  for (const device of [phone, laptop]) await device.restart()

  const order = orderOf(phone.state.tasks.values())
  expect(order).not.toEqual(lines)
  expect(order.toSorted()).toEqual(lines.toSorted())
  expect(orderOf(laptop.state.tasks.values())).toEqual(order)
  expect((await listed(userId, 'position')).map(({ title }) => title)).toEqual(order)
  await Promise.all([phone.stop(), laptop.stop()])
})

test('two devices that complete one repeating task make one next task, and both show it', async () => {
  const userId = randomUUID()
  const [phone, laptop] = await twoDevices(userId)
  const due = '2026-01-05'
  const [id = ''] = (await phone.replica.create({ title: 'Water', due, recurrence: 'FREQ=WEEKLY' })).ids
  await phone.turn()
  await laptop.turn()
  for (const device of [phone, laptop]) device.isOnline = false
  await phone.replica.complete(id)
  await laptop.replica.complete(id)
  for (const device of [phone, laptop]) device.isOnline = true
  await Promise.all([phone.turn(), laptop.turn()])
  await Promise.all([phone.turn(), laptop.turn()])

  const tasks = byId(await listed(userId))
  expect(tasks).toMatchObject([
    { id, completed: true, due },
    { title: 'Water', completed: false },
  ])
  for (const device of [phone, laptop]) {
    expect(device.state).toMatchObject({ unsent: 0, conflicts: [], refusals: [] })
    expect(byId(device.state.tasks.values())).toEqual(tasks)
  }
  await Promise.all([phone.stop(), laptop.stop()])
})
