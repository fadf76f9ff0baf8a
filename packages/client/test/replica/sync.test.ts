import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { compareByPlace } from '../../src/replica/index.ts'
import { sharedServer } from '../shared-server.ts'
import { Device, tooOld } from './device.ts'
import { listed, plainClient } from './plain.ts'

const server = sharedServer()

async function devices(count: number, userId: string = randomUUID()): Promise<Device[]> {
  return Promise.all(Array.from({ length: count }, () => new Device(server, { userId }).start()))
}

async function device(userId: string = randomUUID()): Promise<Device> {
  return new Device(server, { userId }).start()
}

test('what one device does, another shows', async () => {
  const userId = randomUUID()
  const [phone, laptop] = await devices(2, userId)
  if (!phone || !laptop) throw new Error('No devices')
  const { ids } = await phone.replica.create({ title: 'Buy milk', description: 'Two litres' })
  const [id = ''] = ids
  await phone.turn()
  expect(phone.state.unsent).toBe(0)
  await laptop.turn()
  await laptop.replica.update(id, { title: 'Buy oat milk' })
  await laptop.replica.complete(id)
  await laptop.turn()
  await phone.turn()

  expect(await listed(userId)).toMatchObject([{ id, title: 'Buy oat milk', completed: true }])
  expect([...phone.state.tasks.values()]).toEqual(await listed(userId))
  expect([...laptop.state.tasks.values()]).toEqual(await listed(userId))

  await phone.replica.delete(id)
  await phone.turn()
  await laptop.turn()
  expect(laptop.state.tasks.size).toBe(0)
  expect(laptop.state.deleted.get(id)).toMatchObject({ title: 'Buy oat milk' })

  await laptop.replica.restore(id)
  await laptop.turn()
  await phone.turn()
  expect(phone.titles).toEqual(['Buy oat milk'])
  await Promise.all([phone.stop(), laptop.stop()])
})

test('a new device asks for long pages of the feed, one that is up to date for a short one, and for long ones behind it', async () => {
  const userId = randomUUID()
  const [phone, plain] = [await device(userId), plainClient(userId)]
  await plain.create({ title: 'First' })
  await phone.turn()
  const operations = Array.from({ length: 100 }, () => ({ op: 'create' as const, title: 'Many' }))
  for (let batch = 0; batch < 6; batch += 1) await plain.batch(operations)
  await phone.turn()
  const limits = phone.sent.flatMap(({ path }) => /changes\?limit=(\d+)/.exec(path)?.[1] ?? [])
  expect(limits).toEqual(['5000', '500', '500', '5000'])
  expect(phone.titles).toHaveLength(601)
})

test('new tasks stand on top in their order, and can be moved, however late the clock of the device is', async () => {
  const userId = randomUUID()
  let clock = Date.now() - 3_600_000
  const now = () => {
    clock += 1
    return clock
  }
  const phone = await new Device(server, { userId, now }).start()
  const byHand = () => [...phone.state.tasks.values()].sort(compareByPlace).map(({ title }) => title)
  await phone.replica.create({ title: 'C' })
  await phone.turn()
  phone.isOnline = false
  const [b = ''] = (await phone.replica.create({ title: 'B' })).ids
  const [a = ''] = (await phone.replica.create({ title: 'A' })).ids
  expect(byHand()).toEqual(['A', 'B', 'C'])
  await phone.replica.move(b, { before: a })
  expect(byHand()).toEqual(['B', 'A', 'C'])
  await phone.restart()
  expect(byHand()).toEqual(['B', 'A', 'C'])

  phone.isOnline = true
  await phone.turn()
  expect(phone.state.unsent).toBe(0)
  expect(byHand()).toEqual(['B', 'A', 'C'])
  await phone.stop()
})

test('where the token is too old, rows are built anew and the outbox stays', async () => {
  const userId = randomUUID()
  const phone = await device(userId)
  await phone.replica.create({ title: 'Buy milk' })
  await phone.turn()
  await plainClient(userId).create({ title: 'Buy bread' })
  await phone.replica.create({ title: 'Buy cheese' })
  phone.trouble = tooOld
  await phone.turn()
  expect(phone.state).toMatchObject({ network: 'online', unsent: 0, complete: true })
  expect(phone.titles).toEqual(['Buy bread', 'Buy cheese', 'Buy milk'])
  await phone.restart()
  expect([...phone.state.tasks.values()].sort(byTitle)).toEqual((await listed(userId)).sort(byTitle))
  await phone.stop()
})

const byTitle = (a: { title: string }, b: { title: string }) => (a.title < b.title ? -1 : 1)
