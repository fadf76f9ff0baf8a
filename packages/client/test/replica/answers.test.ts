import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sharedServer } from '../shared-server.ts'
import { Device } from './device.ts'
import { plainClient } from './plain.ts'

/*
 * An answer to a conflict or to a refusal is to what was shown, whatever came to it meanwhile.
 */

const server = sharedServer()

/** A device with a conflict about a title. */
async function inConflict() {
  const userId = randomUUID()
  const plain = plainClient(userId)
  const phone = await new Device(server, { userId }).start()
  const { id } = await plain.create({ title: 'First', due: '2026-01-05', recurrence: 'FREQ=DAILY' })
  await phone.turn()
  await disputed('title', 'Mine', 'Theirs')
  const [shown] = phone.state.conflicts
  if (!shown) throw new Error('There is no conflict')
  return { phone, plain, id, shown, disputed }

  async function disputed(field: string, mine: string, theirs: string) {
    phone.isOnline = false
    await phone.replica.update(id, { [field]: mine })
    await plain.update(id, { [field]: theirs })
    phone.isOnline = true
    await phone.turn()
  }
}

test.each(['mine', 'theirs'] as const)(
  'a field that came into a conflict after it was shown is still asked about once %s is kept',
  async (keep) => {
    const { phone, plain, id, shown, disputed } = await inConflict()
    await disputed('description', 'My words', 'Their words')
    await phone.replica.resolve(shown, keep)
    await phone.turn()
    const fields = [{ field: 'description', mine: 'My words', theirs: 'Their words' }]
    expect(phone.state).toMatchObject({ unsent: 0, conflicts: [{ id, fields }] })
    const title = keep === 'mine' ? 'Mine' : 'Theirs'
    expect(await plain.get(id)).toMatchObject({ title, description: 'Their words' })
    const [open] = phone.state.conflicts
    if (open) await phone.replica.resolve(open, 'mine')
    await phone.turn()
    expect(phone.state.conflicts).toEqual([])
    expect(await plain.get(id)).toMatchObject({ title, description: 'My words' })
    await phone.stop()
  },
)

test.each(['mine', 'theirs'] as const)(
  'where theirs is another one since it was shown, it is asked again and %s is not yet kept',
  async (keep) => {
    const { phone, plain, id, shown } = await inConflict()
    await plain.update(id, { title: 'Theirs, later' })
    await phone.turn()
    await phone.replica.resolve(shown, keep)
    await phone.turn()
    const fields = [{ field: 'title', mine: 'Mine', theirs: 'Theirs, later' }]
    expect(phone.state).toMatchObject({ unsent: 0, conflicts: [{ id, fields }] })
    expect(await plain.get(id)).toMatchObject({ title: 'Theirs, later' })
    await phone.stop()
  },
)

test('where mine is another one since it was shown, it is asked again', async () => {
  const { phone, plain, id, shown, disputed } = await inConflict()
  await disputed('title', 'Mine, later', 'Theirs')
  await plain.update(id, { title: 'Theirs, later' })
  phone.isOnline = false
  await phone.replica.update(id, { title: 'Mine, at last' })
  await plain.update(id, { title: 'Theirs' })
  phone.isOnline = true
  await phone.turn()
  await phone.replica.resolve(shown, 'theirs')
  const fields = [{ field: 'title', mine: 'Mine, at last', theirs: 'Theirs' }]
  expect(phone.state.conflicts).toMatchObject([{ id, fields }])
  await phone.stop()
})

test('operations that were refused after a refusal was shown are still reported once it is dismissed', async () => {
  const userId = randomUUID()
  const plain = plainClient(userId)
  const phone = await new Device(server, { userId }).start()
  const [one, two] = [await plain.create({ title: 'One' }), await plain.create({ title: 'Two' })]
  await phone.turn()
  await plain.delete(two.id)
  const refused = phone.until(({ refusals }) => refusals.length > 0)
  await phone.replica.batch([
    { op: 'update', id: one.id, changes: { title: '' } },
    { op: 'update', id: two.id, changes: { title: 'Changed' } },
  ])
  const [shown] = (await refused).refusals
  await phone.turn()
  expect(shown?.operations).toMatchObject([{ id: one.id }])
  expect(phone.state.refusals).toMatchObject([{ operations: [{ id: one.id }, { id: two.id }] }])
  if (shown) await phone.replica.dismiss(shown)
  expect(phone.state.refusals).toMatchObject([{ operations: [{ id: two.id }] }])
  expect(phone.state.refusals[0]?.operations).toHaveLength(1)
  await phone.stop()
})
