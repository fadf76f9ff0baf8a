import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createClient, TasklaneError } from '../../src/index.ts'
import { compareByPlace } from '../../src/replica/index.ts'
import { sharedServer } from '../shared-server.ts'
import { Device, losingAnswers } from './device.ts'

const server = sharedServer()

const plainClient = (userId: string) =>
  createClient({ baseUrl: server.url, token: () => server.token(userId), sleep: async () => {} })

/** All live tasks, as the API lists them. */
async function listed(userId: string) {
  const tasks = []
  for await (const task of plainClient(userId).tasks()) tasks.push(task)
  return tasks
}

async function devices(count: number, userId: string = randomUUID()): Promise<Device[]> {
  return Promise.all(Array.from({ length: count }, () => new Device(server, { userId }).start()))
}

async function device(userId: string = randomUUID()): Promise<Device> {
  return new Device(server, { userId }).start()
}

const writesOf = ({ sent }: Device) => sent.filter(({ method }) => method !== 'GET')

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

test('a creation without a network, three restarts and a first answer that is lost make one task', async () => {
  const userId = randomUUID()
  const phone = await device(userId)
  phone.isOnline = false
  await phone.replica.create({ title: 'Buy milk' })
  for (let restart = 0; restart < 3; restart += 1) await phone.restart()
  expect(phone.state).toMatchObject({ network: 'offline', unsent: 1 })
  expect(phone.titles).toEqual(['Buy milk'])

  phone.isOnline = true
  // As often as the client itself tries, and so the replica has to go on after a restart.
  phone.trouble = losingAnswers(4)
  await phone.turn()
  expect(phone.state.unsent).toBe(1)
  await phone.restart()
  expect(phone.state.unsent).toBe(0)

  expect(await listed(userId)).toHaveLength(1)
  expect(new Set(writesOf(phone).map(({ key }) => key)).size).toBe(1)
  expect(writesOf(phone).length).toBe(5)
  await phone.stop()
})

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

test('an expired token loses nothing, and a new one goes on', async () => {
  const userId = randomUUID()
  let token = server.token(userId)
  const phone = await new Device(server, { userId, token: () => token }).start()
  await phone.replica.create({ title: 'Buy milk' })
  await phone.turn()
  token = 'expired'
  await phone.replica.create({ title: 'Buy bread' })
  await phone.turn()
  expect(phone.state).toMatchObject({ network: 'signed-out', unsent: 1 })
  expect(phone.titles).toEqual(['Buy bread', 'Buy milk'])
  await phone.restart()
  expect(phone.state).toMatchObject({ network: 'signed-out', unsent: 1 })

  token = server.token(userId)
  await phone.turn()
  expect(phone.state).toMatchObject({ network: 'online', unsent: 0 })
  expect(await listed(userId)).toHaveLength(2)
  await phone.stop()
})

test('an API that is away, or a portal in its place, is waited for', async () => {
  const userId = randomUUID()
  const phone = await device(userId)
  const answers = [
    new Response('<h1>Sign in to the train</h1>', { status: 403, headers: { 'content-type': 'text/html' } }),
    new Response('<h1>Sign in to the train</h1>', { status: 200, headers: { 'content-type': 'text/html' } }),
    new Response(null, { status: 503 }),
    new Response(null, { status: 429 }),
    new Response(null, { status: 408 }),
  ]
  await phone.replica.create({ title: 'Buy milk' })
  await phone.turn()
  for (const answer of answers) {
    phone.trouble = async (request, send) => (request.method === 'POST' ? answer.clone() : send(request))
    await phone.replica.create({ title: `Answered ${answer.status}` })
    await phone.turn()
    expect(phone.state).toMatchObject({ network: 'offline', refusals: [] })
  }
  expect(phone.state.unsent).toBe(5)
  phone.trouble = undefined
  await phone.turn()
  expect(phone.state).toMatchObject({ network: 'online', unsent: 0 })
  expect(await listed(userId)).toHaveLength(6)
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

/** As the API answers a token that is older than what it keeps of deletions. */
async function tooOld(request: Request, send: (request: Request) => Promise<Response>): Promise<Response> {
  if (!request.url.includes('since=')) return send(request)
  const problem = { type: 'about:blank', title: 'Gone', status: 410, code: 'gone', detail: 'Too old' }
  return Response.json(problem, { status: 410, headers: { 'content-type': 'application/problem+json' } })
}

test('an answer that was lost is not taken for news when it comes again', async () => {
  const userId = randomUUID()
  const phone = await device(userId)
  const [id = ''] = (await phone.replica.create({ title: 'Buy milk' })).ids
  await phone.turn()
  phone.trouble = losingAnswers(Number.POSITIVE_INFINITY)
  await phone.replica.update(id, { title: 'Buy oat milk' })
  await phone.turn()
  expect(phone.state.unsent).toBe(1)
  await plainClient(userId).update(id, { title: 'Buy cheese' })
  phone.trouble = undefined
  await phone.turn()
  expect(phone.state).toMatchObject({ unsent: 0, conflicts: [] })
  expect(phone.titles).toEqual(['Buy cheese'])
  expect(await listed(userId)).toMatchObject([{ title: 'Buy cheese' }])
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
