import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sharedServer } from '../shared-server.ts'
import { Device, losingAnswers, type Trouble } from './device.ts'
import { threeOfOnePlace } from './one-place.ts'
import { listed, plainClient } from './plain.ts'

/*
 * Nothing that can never be sent holds up what comes after it.
 */

const server = sharedServer()

/** A device that knows a task, and an API that finds every condition stale. */
async function amongStaleTags() {
  const userId = randomUUID()
  const plain = plainClient(userId)
  const { id } = await plain.create({ title: 'First' })
  const phone = await new Device(server, { userId }).start()
  phone.trouble = stale
  return { phone, plain, id, userId }
}

const stale: Trouble = async (request, send) => {
  const body = request.method === 'GET' ? '' : await request.clone().text()
  if (!body.includes('if_match')) return send(request)
  const problem = { type: 'about:blank', title: 'Precondition failed', code: 'precondition_failed' }
  const answer = { ...problem, status: 412, detail: 'The task has changed' }
  return Response.json(answer, { status: 412, headers: { 'content-type': 'application/problem+json' } })
}

test.each(['mine', 'theirs'] as const)(
  'a change that is never taken is asked about, what comes after it is done, and %s is kept',
  async (keep) => {
    const { phone, plain, id, userId } = await amongStaleTags()
    await phone.replica.update(id, { title: 'Mine' })
    await phone.replica.create({ title: 'Later' })
    await phone.turn()
    const fields = [{ field: 'title', mine: 'Mine', theirs: 'First' }]
    expect(phone.state).toMatchObject({ unsent: 0, network: 'online', conflicts: [{ id, fields }] })
    expect((await listed(userId)).map(({ title }) => title).sort()).toEqual(['First', 'Later'])
    phone.trouble = undefined
    const [conflict] = phone.state.conflicts
    if (conflict) await phone.replica.resolve(conflict, keep)
    await phone.turn()
    expect(phone.state).toMatchObject({ unsent: 0, conflicts: [], refusals: [] })
    expect(await plain.get(id)).toMatchObject({ title: keep === 'mine' ? 'Mine' : 'First' })
    await phone.stop()
  },
)

test('a change that is never taken and leaves nothing to choose is reported', async () => {
  const { phone, plain, id, userId } = await amongStaleTags()
  await plain.update(id, { completed: true })
  await phone.turn()
  const action = await phone.replica.update(id, { completed_at: '2026-01-05T20:00:00Z' })
  await phone.replica.create({ title: 'Later' })
  await phone.turn()
  const refusals = [{ action: { id: action.id }, problem: { code: 'precondition_failed' } }]
  expect(phone.state).toMatchObject({ unsent: 0, network: 'online', conflicts: [], refusals })
  expect(await listed(userId)).toHaveLength(2)
  await phone.stop()
})

test('operations of one action whose conditions never hold together are reported, and hold up nothing', async () => {
  const userId = randomUUID()
  const [first, second, third] = await threeOfOnePlace(server, userId)
  const phone = await new Device(server, { userId }).start()
  await phone.replica.batch([
    { op: 'move', id: third, after: first },
    { op: 'delete', id: second },
    { op: 'update', id: second, changes: { title: 'Changed' } },
  ])
  await phone.replica.create({ title: 'Later' })
  await phone.turn()
  expect(phone.sent.filter(({ status }) => status === 412).length).toBeGreaterThan(1)
  const refusals = [{ operations: [{ op: 'delete', id: second }], problem: { code: 'precondition_failed' } }]
  expect(phone.state).toMatchObject({ unsent: 0, network: 'online', conflicts: [], refusals })
  expect((await listed(userId, 'position')).map(({ title }) => title)).toEqual([
    'Later',
    'Task 3',
    'Task 1',
    'Changed',
  ])
  await phone.stop()
})

test('a request that was done, and is read in another way when it comes again, is done once and reported to nobody', async () => {
  const userId = randomUUID()
  const phone = await new Device(server, { userId }).start()
  phone.trouble = losingAnswers(Number.POSITIVE_INFINITY)
  await phone.replica.create({ title: 'Buy milk' })
  await phone.turn()
  expect(phone.state.unsent).toBe(1)
  // As after an upgrade of a service that has come to read a part of it in another way.
  phone.trouble = async (request, send) => {
    const { method, headers, url } = request
    if (method === 'GET') return send(request)
    const body = (await request.text()).replace('Buy milk', 'Buy more milk')
    return send(new Request(url, { method, headers, body }))
  }
  await phone.turn()
  expect(phone.sent.filter(({ status }) => status === 422)).toHaveLength(1)
  expect(phone.state).toMatchObject({ unsent: 0, network: 'online', refusals: [] })
  expect((await listed(userId)).map(({ title }) => title)).toEqual(['Buy milk'])
  await phone.stop()
})

test('where a token was made by another service, rows are built anew and what waits is sent', async () => {
  const userId = randomUUID()
  const phone = await new Device(server, { userId }).start()
  await phone.replica.create({ title: 'Buy milk' })
  await phone.turn()
  let foreign: string | undefined
  phone.trouble = async (request, send) => {
    const url = new URL(request.url)
    const since = url.searchParams.get('since')
    foreign ??= since ?? undefined
    if (since === null || since !== foreign) return send(request)
    url.searchParams.set('since', 'of-another-service')
    return send(new Request(url, request))
  }
  await phone.replica.create({ title: 'Buy bread' })
  await phone.turn()
  expect(phone.sent.filter(({ status }) => status === 422).length).toBeGreaterThan(0)
  expect(phone.state).toMatchObject({ network: 'online', unsent: 0, complete: true })
  expect((await listed(userId)).map(({ title }) => title).sort()).toEqual(['Buy bread', 'Buy milk'])
  await phone.stop()
})

test('an action that is longer than a request may be is sent in several', async () => {
  const userId = randomUUID()
  const phone = await new Device(server, { userId }).start()
  const description = '🌱'.repeat(2000)
  const tags = Array.from({ length: 20 }, (_, index) => `${index} ${'🌱'.repeat(40)}`)
  const operations = Array.from({ length: 100 }, () => ({
    op: 'create' as const,
    title: 'Long',
    description,
    tags,
  }))
  expect(Buffer.byteLength(JSON.stringify({ operations }))).toBeGreaterThan(1024 * 1024)
  await phone.replica.batch(operations)
  await phone.turn()
  expect(phone.state).toMatchObject({ unsent: 0, refusals: [], network: 'online' })
  expect(await listed(userId)).toHaveLength(100)
  await phone.stop()
})
