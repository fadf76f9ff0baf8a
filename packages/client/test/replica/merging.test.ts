import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sharedServer } from '../shared-server.ts'
import { Device, losingAnswers } from './device.ts'
import { threeOfOnePlace } from './one-place.ts'
import { listed, plainClient } from './plain.ts'

/*
 * What changes here and elsewhere become together.
 */

const server = sharedServer()

async function device(userId: string = randomUUID()): Promise<Device> {
  return new Device(server, { userId }).start()
}

const writesOf = ({ sent }: Device) => sent.filter(({ method }) => method !== 'GET')

test('where two changes of a field went out together, a later one is in conflict with neither', async () => {
  const phone = await device()
  const { ids } = await phone.replica.create({ title: 'First' })
  const [id = ''] = ids
  await phone.turn()
  phone.isOnline = false
  await phone.replica.batch([
    { op: 'update', id, changes: { title: 'Second' } },
    { op: 'update', id, changes: { title: 'Third' } },
  ])
  await phone.replica.update(id, { title: 'Fourth' })
  phone.isOnline = true
  await phone.turn()
  expect(phone.state).toMatchObject({ unsent: 0, conflicts: [] })
  expect(phone.titles).toEqual(['Fourth'])
})

test('several changes of a field that was changed elsewhere are one conflict, and overwrite nothing', async () => {
  const userId = randomUUID()
  const [phone, plain] = [await device(userId), plainClient(userId)]
  const { id } = await plain.create({ title: 'First' })
  await phone.turn()
  phone.isOnline = false
  await phone.replica.batch([
    { op: 'update', id, changes: { title: 'Second' } },
    { op: 'update', id, changes: { title: 'Third', description: 'Mine' } },
  ])
  await plain.update(id, { title: 'Theirs' })
  phone.isOnline = true
  await phone.turn()
  const fields = [{ field: 'title', mine: 'Third', theirs: 'Theirs' }]
  expect(phone.state).toMatchObject({ unsent: 0, conflicts: [{ id, fields }] })
  expect(phone.state.conflicts).toHaveLength(1)
  expect(await plain.get(id)).toMatchObject({ title: 'Theirs', description: 'Mine' })
})

test('changes of different fields merge by themselves', async () => {
  const userId = randomUUID()
  const phone = await device(userId)
  const [id = ''] = (await phone.replica.create({ title: 'Buy milk' })).ids
  await phone.turn()
  phone.isOnline = false
  await phone.replica.update(id, { title: 'Buy oat milk' })
  await plainClient(userId).update(id, { description: 'Two litres', completed: true })
  phone.isOnline = true
  await phone.turn()

  expect(phone.state).toMatchObject({ unsent: 0, conflicts: [], refusals: [] })
  const expected = { title: 'Buy oat milk', description: 'Two litres', completed: true }
  expect(await listed(userId)).toMatchObject([expected])
  expect(phone.state.tasks.get(id)).toMatchObject(expected)
  await phone.stop()
})

test('a change that comes between a pull and a send is met by a condition, and merges too', async () => {
  const userId = randomUUID()
  const phone = await device(userId)
  const [id = ''] = (await phone.replica.create({ title: 'Buy milk' })).ids
  await phone.turn()
  let isFirst = true
  phone.trouble = async (request, send) => {
    if (request.method === 'POST' && isFirst) {
      isFirst = false
      await plainClient(userId).update(id, { description: 'Two litres' })
    }
    return send(request)
  }
  await phone.replica.update(id, { title: 'Buy oat milk' })
  await phone.turn()
  expect(writesOf(phone).map(({ status }) => status)).toEqual([200, 412, 200])
  expect(await listed(userId)).toMatchObject([{ title: 'Buy oat milk', description: 'Two litres' }])
  await phone.stop()
})

test.each(['mine', 'theirs'] as const)(
  'where both changed one field, both are shown, and %s is kept',
  async (keep) => {
    const userId = randomUUID()
    const phone = await device(userId)
    const [id = ''] = (await phone.replica.create({ title: 'Buy milk' })).ids
    await phone.turn()
    phone.isOnline = false
    await phone.replica.update(id, { title: 'Buy oat milk', description: 'Two litres' })
    await phone.replica.update(id, { title: 'Buy rice milk' })
    await plainClient(userId).update(id, { title: 'Buy cheese' })
    phone.isOnline = true
    await phone.turn()

    const [conflict, ...more] = phone.state.conflicts
    if (!conflict) throw new Error('There is no conflict')
    expect(more).toEqual([])
    expect(conflict).toMatchObject({
      id,
      fields: [{ field: 'title', mine: 'Buy rice milk', theirs: 'Buy cheese' }],
    })
    expect(phone.state.tasks.get(id)).toMatchObject({ title: 'Buy cheese', description: 'Two litres' })

    await phone.restart()
    await phone.replica.resolve(conflict, keep)
    await phone.turn()
    const title = keep === 'mine' ? 'Buy rice milk' : 'Buy cheese'
    expect(phone.state.conflicts).toEqual([])
    expect(await listed(userId)).toMatchObject([{ title, description: 'Two litres' }])
    await phone.stop()
  },
)

test('what the API makes of a title is no conflict with a later change of it', async () => {
  const userId = randomUUID()
  const phone = await device(userId)
  const [id = ''] = (await phone.replica.create({ title: '\u00a0Buy milk ' })).ids
  await phone.replica.update(id, { title: ' Buy bread\u3000' })
  await phone.replica.update(id, { title: 'Buy cheese' })
  await phone.turn()
  expect(phone.state).toMatchObject({ unsent: 0, conflicts: [], refusals: [] })
  expect(phone.titles).toEqual(['Buy cheese'])
  await phone.stop()
})

test('what the API writes in its own way of a new task is in conflict with nothing, also where its answer was lost', async () => {
  const phone = await device()
  const plan = { tags: [' home '], due: '2026-01-05', recurrence: 'freq=daily' }
  const [id = ''] = (await phone.replica.create({ title: 'First', ...plan })).ids
  await phone.replica.update(id, { tags: ['garden'], recurrence: 'FREQ=WEEKLY' })
  phone.trouble = losingAnswers(Number.POSITIVE_INFINITY)
  await phone.turn()
  phone.trouble = undefined
  await phone.turn()
  expect(phone.state).toMatchObject({ unsent: 0, conflicts: [] })
  expect(phone.state.tasks.get(id)).toMatchObject({ tags: ['garden'], recurrence: 'FREQ=WEEKLY' })
  await phone.stop()
})

test('an action that puts a task between two of one place, and changes these, is done', async () => {
  const userId = randomUUID()
  const [first, second, third] = await threeOfOnePlace(server, userId)
  const [phone, plain] = [await device(userId), plainClient(userId)]
  await phone.replica.batch([
    { op: 'move', id: third, after: first },
    { op: 'update', id: second, changes: { title: 'Changed' } },
    { op: 'move', id: second, after: third },
  ])
  await phone.turn()
  expect(phone.state).toMatchObject({ unsent: 0, conflicts: [], refusals: [], network: 'online' })
  expect(await plain.get(second)).toMatchObject({ title: 'Changed' })
  expect((await listed(userId, 'position')).map(({ id }) => id)).toEqual([first, third, second])
  await phone.stop()
})
