import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { TaskChanges } from '../../src/index.ts'
import { sharedServer } from '../shared-server.ts'
import { Device, losingAnswers } from './device.ts'
import { plainClient } from './plain.ts'

/*
 * What several changes of a task in one action become, where the task was changed elsewhere meanwhile.
 */

const server = sharedServer()

/** A device that has made all of its changes as one action, and has met theirs. */
async function afterBoth(before: TaskChanges, mine: readonly TaskChanges[], theirs: TaskChanges) {
  const userId = randomUUID()
  const plain = plainClient(userId)
  const phone = await new Device(server, { userId }).start()
  const { id } = await plain.create({ title: 'First' })
  await plain.update(id, before)
  await phone.turn()
  phone.isOnline = false
  await phone.replica.batch(mine.map((changes) => ({ op: 'update', id, changes })))
  await plain.update(id, theirs)
  phone.isOnline = true
  await phone.turn()
  return { phone, plain, id, sent: phone.sent.filter(({ method }) => method === 'POST') }
}

test('changes that end where others have brought the field are all done, and ask nothing later', async () => {
  const mine = [{ completed: false }, { completed: true }]
  const { phone, plain, id, sent } = await afterBoth({ completed: false }, mine, { completed: true })
  expect(phone.state).toMatchObject({ unsent: 0, conflicts: [], refusals: [] })
  expect(sent.flatMap(({ body }) => JSON.parse(body).operations)).toMatchObject(mine)
  expect(await plain.get(id)).toMatchObject({ completed: true })
  await plain.update(id, { completed: false })
  await phone.turn()
  expect(phone.state.conflicts).toEqual([])
  expect(phone.state.tasks.get(id)).toMatchObject({ completed: false })
  await phone.stop()
})

test('each of several changes is held against theirs, and overwrites nothing', async () => {
  const mine = [{ title: 'Mine' }, { description: 'Mine' }]
  const { phone, plain, id } = await afterBoth({}, mine, { description: 'Theirs' })
  const fields = [{ field: 'description', mine: 'Mine', theirs: 'Theirs' }]
  expect(phone.state).toMatchObject({ unsent: 0, conflicts: [{ id, fields }], refusals: [] })
  expect(await plain.get(id)).toMatchObject({ title: 'Mine', description: 'Theirs' })
  await phone.stop()
})

test('several changes of fields that belong together are one conflict', async () => {
  const before = { due: '2026-01-05', recurrence: 'FREQ=DAILY' }
  const mine = [{ due: '2026-01-06', recurrence: 'FREQ=WEEKLY' }, { due: '2026-01-07' }]
  const { phone, plain, id, sent } = await afterBoth(before, mine, { recurrence: 'FREQ=MONTHLY' })
  const fields = [
    { field: 'due', mine: '2026-01-07', theirs: '2026-01-05' },
    { field: 'recurrence', mine: 'FREQ=WEEKLY', theirs: 'FREQ=MONTHLY' },
  ]
  expect(phone.state).toMatchObject({ unsent: 0, conflicts: [{ id, fields }] })
  expect(sent).toEqual([])
  expect(await plain.get(id)).toMatchObject({ due: '2026-01-05', recurrence: 'FREQ=MONTHLY' })
  await phone.stop()
})

test('a conflict ends where theirs becomes mine, and asks nothing later', async () => {
  const { phone, plain, id } = await afterBoth({}, [{ title: 'Mine' }], { title: 'Theirs' })
  expect(phone.state.conflicts).toHaveLength(1)
  await plain.update(id, { title: 'Mine' })
  await phone.turn()
  expect(phone.state.conflicts).toEqual([])
  await plain.update(id, { title: 'Later' })
  await phone.turn()
  expect(phone.state.conflicts).toEqual([])
  await phone.stop()
})

test('of a conflict about two fields, the one that ends asks nothing later, and the other one stays', async () => {
  const mine = { title: 'Mine', description: 'Mine' }
  const { phone, plain, id } = await afterBoth({}, [mine], { title: 'Theirs', description: 'Theirs' })
  expect(phone.state.conflicts).toMatchObject([{ fields: [{ field: 'title' }, { field: 'description' }] }])
  await plain.update(id, { title: 'Mine' })
  await phone.turn()
  await plain.update(id, { title: 'Later' })
  await phone.turn()
  const fields = [{ field: 'description', mine: 'Mine', theirs: 'Theirs' }]
  expect(phone.state.conflicts).toEqual([expect.objectContaining({ id, fields })])
  await phone.stop()
})

test.each(['elsewhere', 'here'])(
  'what a device did to a task, and was not told before that was deleted %s, is known once it comes back',
  async (where) => {
    const userId = randomUUID()
    const plain = plainClient(userId)
    const { id } = await plain.create({ title: 'First' })
    const phone = await new Device(server, { userId }).start()
    phone.isOnline = false
    const changes = { title: 'Mine', completed: true, tags: [' home '] }
    const deletion = where === 'here' ? [{ op: 'delete' as const, id }] : []
    await phone.replica.batch([{ op: 'update', id, changes }, ...deletion])
    await phone.turn()
    phone.isOnline = true
    phone.trouble = losingAnswers(Number.POSITIVE_INFINITY)
    await phone.turn()
    if (where === 'elsewhere') await plain.delete(id)
    phone.trouble = undefined
    await phone.turn()
    expect(phone.state.deleted.get(id)).toMatchObject({ title: 'Mine', completed: true, tags: ['home'] })
    phone.isOnline = false
    await phone.replica.restore(id)
    await phone.replica.update(id, { title: 'Mine, later', completed: false, tags: ['garden'] })
    phone.isOnline = true
    await phone.turn()
    expect(phone.state).toMatchObject({ unsent: 0, conflicts: [], refusals: [] })
    expect(await plain.get(id)).toMatchObject({ title: 'Mine, later', completed: false, tags: ['garden'] })
    await phone.stop()
  },
)
