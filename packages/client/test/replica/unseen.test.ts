import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { TasklaneError } from '../../src/index.ts'
import { sharedServer } from '../shared-server.ts'
import { Device, losingAnswers } from './device.ts'
import { plainClient } from './plain.ts'

/*
 * Nothing is overwritten that this device has not shown, also where it came between a pull and a request.
 */

const server = sharedServer()

/** A device that knows a task beside another one, and is without a network. */
async function away() {
  const userId = randomUUID()
  const plain = plainClient(userId)
  const { id: other } = await plain.create({ title: 'Other' })
  const { id } = await plain.create({ title: 'First' })
  const phone = await new Device(server, { userId }).start()
  phone.isOnline = false
  return { phone, plain, id, other }
}

/** Back online, where others are faster than its first request that changes something. */
async function meets(phone: Device, meanwhile: () => Promise<unknown>): Promise<void> {
  let isFirst = true
  phone.trouble = async (request, send) => {
    if (request.method !== 'GET' && isFirst) {
      isFirst = false
      await meanwhile()
    }
    return send(request)
  }
  phone.isOnline = true
  await phone.turn()
}

const asked = (id: string, field = 'title') => ({
  unsent: 0,
  refusals: [],
  conflicts: [{ id, fields: [{ field, mine: 'Mine', theirs: 'Theirs' }] }],
})

test('a title that changes before a move and a new title arrive in one action is asked about', async () => {
  const { phone, plain, id, other } = await away()
  await phone.replica.batch([
    { op: 'move', id, after: other },
    { op: 'update', id, changes: { title: 'Mine' } },
  ])
  await meets(phone, () => plain.update(id, { title: 'Theirs' }))
  expect(phone.state).toMatchObject(asked(id))
  expect(await plain.get(id)).toMatchObject({ title: 'Theirs' })
  const moved = phone.sent.filter(({ body, status }) => body.includes('"move"') && status === 200)
  expect(moved).toHaveLength(1)
  await phone.stop()
})

test('the answer to a move does not tell a later change of the title that theirs was known', async () => {
  const { phone, plain, id, other } = await away()
  await phone.replica.move(id, { after: other })
  await phone.replica.update(id, { title: 'Mine' })
  await meets(phone, () => plain.update(id, { title: 'Theirs' }))
  expect(phone.state).toMatchObject(asked(id))
  expect(await plain.get(id)).toMatchObject({ title: 'Theirs' })
  await phone.stop()
})

test('nor does the answer to a restoration', async () => {
  const { phone, plain, id } = await away()
  await plain.delete(id)
  phone.isOnline = true
  await phone.turn()
  phone.isOnline = false
  await phone.replica.restore(id)
  await phone.replica.update(id, { title: 'Mine' })
  await meets(phone, async () => {
    await plain.restore(id)
    await plain.update(id, { title: 'Theirs' })
    await plain.delete(id)
  })
  expect(phone.state).toMatchObject(asked(id))
  expect(await plain.get(id)).toMatchObject({ title: 'Theirs' })
  await phone.stop()
})

test('nor does the answer to a restoration of a task that was deleted before this device heard of its creation', async () => {
  const { phone, plain } = await away()
  const [id = ''] = (await phone.replica.create({ title: 'First' })).ids
  phone.isOnline = true
  phone.trouble = async (request, send) => {
    const response = await send(request)
    if (request.method === 'GET') return response
    phone.isOnline = false
    throw new TypeError('fetch failed')
  }
  await phone.turn()
  await plain.update(id, { description: 'Theirs' })
  await plain.delete(id)
  await phone.replica.delete(id)
  await phone.replica.restore(id)
  await phone.replica.update(id, { description: 'Mine' })
  phone.isOnline = true
  phone.trouble = undefined
  await phone.turn()
  expect(phone.state).toMatchObject(asked(id, 'description'))
  expect(await plain.get(id)).toMatchObject({ description: 'Theirs' })
  await phone.stop()
})

test('a task that comes back from the trash with another title before a change of it arrives is asked about', async () => {
  const { phone, plain, id } = await away()
  await phone.replica.update(id, { title: 'Mine' })
  await plain.delete(id)
  await meets(phone, async () => {
    await plain.restore(id)
    await plain.update(id, { title: 'Theirs' })
  })
  expect(phone.state).toMatchObject(asked(id))
  expect(await plain.get(id)).toMatchObject({ title: 'Theirs' })
  await phone.stop()
})

test('what was shown before an answer came again is known, and is not asked about', async () => {
  const { phone, plain } = await away()
  const [id = ''] = (await phone.replica.create({ title: 'New' })).ids
  phone.isOnline = true
  phone.trouble = losingAnswers(Number.POSITIVE_INFINITY)
  await phone.turn()
  await plain.update(id, { description: 'Theirs' })
  await phone.turn()
  expect(phone.state.tasks.get(id)).toMatchObject({ description: 'Theirs' })
  await phone.replica.update(id, { description: 'Mine' })
  phone.trouble = undefined
  await phone.turn()
  expect(phone.state).toMatchObject({ unsent: 0, conflicts: [], refusals: [] })
  expect(await plain.get(id)).toMatchObject({ title: 'New', description: 'Mine' })
  await phone.stop()
})

test('the API refuses what the replica would not send', async () => {
  // The proof that the conditions above are real ones: without its tag, a change goes over another's.
  const userId = randomUUID()
  const client = plainClient(userId)
  const { id } = await client.create({ title: 'Buy milk' })
  const stale = client.batch([{ op: 'update', id, title: 'Buy bread', if_match: '"1"' }])
  await expect(stale).rejects.toBeInstanceOf(TasklaneError)
})

test('an action that is taken back on a device that knows its task no more goes over nothing that others wrote', async () => {
  const { phone, plain, id } = await away()
  const renamed = await phone.replica.update(id, { title: 'Renamed', completed: true })
  await phone.storage.delete(phone.userId)
  await phone.restart()
  await plain.update(id, { title: 'Theirs' })
  await phone.replica.undo(renamed)
  phone.isOnline = true
  await phone.turn()
  const fields = [{ field: 'title', mine: 'First', theirs: 'Theirs' }]
  expect(phone.state).toMatchObject({ unsent: 0, refusals: [], conflicts: [{ id, fields }] })
  expect(await plain.get(id)).toMatchObject({ title: 'Theirs', completed: false })
  await phone.stop()
})

/** A device that has lost its store, where it has changed a task that was changed and deleted by others since. */
async function forgetful() {
  const { phone, plain, id } = await away()
  const renamed = await phone.replica.update(id, { title: 'Mine' })
  const again = await phone.replica.undo(renamed)
  await phone.storage.delete(phone.userId)
  await phone.restart()
  await plain.update(id, { title: 'Theirs' })
  await plain.delete(id)
  await phone.replica.undo(again)
  return { phone, plain, id }
}

test('nor does one that arrives when that task has just come back from the trash', async () => {
  const { phone, plain, id } = await forgetful()
  await meets(phone, () => plain.restore(id))
  expect(phone.state).toMatchObject(asked(id))
  expect(await plain.get(id)).toMatchObject({ title: 'Theirs' })
  await phone.stop()
})

test('nor does one that is sent again, after that task has come back, since its refusal was lost', async () => {
  const { phone, plain, id } = await forgetful()
  phone.isOnline = true
  phone.trouble = losingAnswers(Number.POSITIVE_INFINITY)
  await phone.turn()
  await plain.restore(id)
  phone.trouble = undefined
  await phone.turn()
  expect(phone.state).toMatchObject(asked(id))
  expect(await plain.get(id)).toMatchObject({ title: 'Theirs' })
  await phone.stop()
})
