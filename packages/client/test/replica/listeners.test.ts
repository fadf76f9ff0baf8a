import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sharedServer } from '../shared-server.ts'
import { Device } from './device.ts'

const server = sharedServer()

/** What nobody has caught during a work. The listeners of the test's runner would fail it. */
async function uncaughtDuring(work: () => Promise<void>): Promise<unknown[]> {
  const uncaught: unknown[] = []
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => uncaught.push(error))
  try {
    await work()
    await new Promise(setImmediate)
  } finally {
    process.removeAllListeners('uncaughtException')
    for (const other of others) process.on('uncaughtException', other)
  }
  return uncaught
}

test('a listener that throws stops neither an action, nor the sync, nor the other listeners, and its error is uncaught', async () => {
  const phone = await new Device(server, { userId: randomUUID() }).start()
  const fault = new Error('A listener is broken')
  const heard: string[] = []
  const uncaught = await uncaughtDuring(async () => {
    phone.replica.subscribe(() => {
      throw fault
    })
    phone.replica.subscribe(({ network, unsent }) => heard.push(`${network} ${unsent}`))
    phone.isOnline = false
    await phone.replica.create({ title: 'Buy milk' })
    await phone.turn()
    phone.isOnline = true
    await phone.turn()
    expect(phone.state).toMatchObject({ network: 'online', unsent: 0 })
    await phone.stop()
  })
  expect(heard).toEqual(expect.arrayContaining(['online 1', 'offline 1', 'offline 0', 'online 0']))
  expect(new Set(uncaught)).toEqual(new Set([fault]))
  expect(uncaught.length).toBe(heard.length)
})
