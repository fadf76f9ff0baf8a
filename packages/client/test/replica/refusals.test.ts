import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { NewTask, TaskChanges } from '../../src/index.ts'
import { sharedServer } from '../shared-server.ts'
import { Device } from './device.ts'
import { listed, plainClient } from './plain.ts'

/*
 * What the API refuses is reported once, and all else is done.
 */

const server = sharedServer()

async function device(userId: string = randomUUID()): Promise<Device> {
  return new Device(server, { userId }).start()
}

test('a refused action is taken away and reported once, and what comes after it is done', async () => {
  const userId = randomUUID()
  const phone = await device(userId)
  const [id = ''] = (await phone.replica.create({ title: 'Buy milk' })).ids
  await phone.turn()
  const refused = await phone.replica.update(id, { title: '' })
  await phone.replica.update(id, { title: 'Buy bread' })
  await phone.turn()

  expect(phone.titles).toEqual(['Buy bread'])
  expect(phone.state.refusals).toMatchObject([{ action: refused, problem: { code: 'validation_failed' } }])
  expect(phone.state).toMatchObject({ unsent: 0, conflicts: [] })
  await phone.restart()
  const [refusal] = phone.state.refusals
  if (!refusal) throw new Error('The refusal is forgotten')
  await phone.replica.dismiss(refusal)
  await phone.restart()
  expect(phone.state.refusals).toEqual([])
  await phone.stop()
})

test('of several operations, those that are refused are named, and the others are done', async () => {
  const userId = randomUUID()
  const phone = await device(userId)
  const action = await phone.replica.batch([
    { op: 'create', title: 'Buy milk' },
    { op: 'create', title: '' },
    { op: 'create', title: 'Buy bread' },
  ])
  await phone.turn()
  expect(phone.titles).toEqual(['Buy bread', 'Buy milk'])
  expect(phone.state.refusals).toMatchObject([{ action, operations: [{ op: 'create', title: '' }] }])
  expect((await listed(userId)).map(({ title }) => title).sort()).toEqual(['Buy bread', 'Buy milk'])
  await phone.stop()
})

test('where the first of several changes of a field is refused, the next one is no conflict', async () => {
  const phone = await device()
  const { ids } = await phone.replica.create({ title: 'First' })
  const [id = ''] = ids
  await phone.turn()
  await phone.replica.batch([
    { op: 'update', id, changes: { title: '.'.repeat(201) } },
    { op: 'update', id, changes: { title: 'Third' } },
  ])
  await phone.turn()
  expect(phone.state).toMatchObject({ unsent: 0, conflicts: [], refusals: [{ operations: [{ id }] }] })
  expect(phone.titles).toEqual(['Third'])
})

test.each<[string, NewTask, TaskChanges, TaskChanges]>([
  ['tags', { title: 'First', tags: ['garden'] }, { tags: [] }, { tags: ['home'] }],
  ['title', { title: 'First' }, { title: ' Second ' }, { title: 'Third' }],
])(
  'where a refused change wrote the %s in another way than it is kept, the next one is no conflict',
  async (_, task, change, next) => {
    const phone = await device()
    const [id = ''] = (await phone.replica.create(task)).ids
    await phone.turn()
    await phone.replica.update(id, { ...change, priority: 10 })
    await phone.replica.update(id, next)
    await phone.turn()
    expect(phone.state).toMatchObject({ unsent: 0, conflicts: [], refusals: [{ operations: [{ id }] }] })
    expect(phone.state.tasks.get(id)).toMatchObject(next)
    await phone.stop()
  },
)

test('what comes behind an action of which a part is refused rests on what is left of it', async () => {
  const phone = await device()
  const [id = ''] = (await phone.replica.create({ title: 'First' })).ids
  await phone.turn()
  const changesOf = (...tags: string[]) => ({ op: 'update' as const, id, changes: { tags } })
  const action = [changesOf('home', 'home'), changesOf('garden'), changesOf('x', 'x')]
  await phone.replica.batch(action)
  await phone.replica.update(id, { tags: ['work'] })
  await phone.turn()
  expect(phone.state).toMatchObject({ unsent: 0, conflicts: [] })
  expect(phone.state.refusals).toMatchObject([{ operations: [action[0], action[2]] }])
  expect(phone.state.tasks.get(id)?.tags).toEqual(['work'])
  await phone.stop()
})

test('a change of a task that is deleted elsewhere is reported, and a deletion of one is as good as done', async () => {
  const userId = randomUUID()
  const phone = await device(userId)
  const [milk = '', bread = ''] = (
    await phone.replica.batch([
      { op: 'create', title: 'Buy milk' },
      { op: 'create', title: 'Buy bread' },
    ])
  ).ids
  await phone.turn()
  phone.isOnline = false
  await plainClient(userId).delete(milk)
  await plainClient(userId).delete(bread)
  await phone.replica.update(milk, { title: 'Buy oat milk' })
  await phone.replica.delete(bread)
  phone.isOnline = true
  await phone.turn()
  expect(phone.state.refusals).toMatchObject([{ problem: { code: 'not_found' }, operations: [{ id: milk }] }])
  expect(phone.state).toMatchObject({ unsent: 0 })
  expect(phone.titles).toEqual([])
  await phone.stop()
})
