import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { memoryStorage } from '../../src/replica/index.ts'
import { sharedServer } from '../shared-server.ts'
import { Device, losingAnswers } from './device.ts'
import { listed, plainClient } from './plain.ts'

/*
 * What a network, a token or an API that is away costs: time alone.
 */

const server = sharedServer()

async function device(userId: string = randomUUID()): Promise<Device> {
  return new Device(server, { userId }).start()
}

const writesOf = ({ sent }: Device) => sent.filter(({ method }) => method !== 'GET')

test('a leader whose store cannot be asked for a moment leads all the same, at its next turn', async () => {
  const storage = memoryStorage()
  let times = 0
  const phone = new Device(server, {
    userId: randomUUID(),
    storage: {
      delete: (userId) => storage.delete(userId),
      async open(userId) {
        const store = await storage.open(userId)
        const writes = () => {
          times += 1
          return times === 1 ? Promise.reject(new Error('The store is closed')) : store.writes()
        }
        return { ...store, writes }
      },
    },
  })
  await phone.start()
  expect(phone.sent).toEqual([])
  await phone.replica.create({ title: 'Buy milk' })
  await phone.turn()
  expect(phone.state).toMatchObject({ network: 'online', unsent: 0, complete: true })
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
