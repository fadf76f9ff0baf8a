import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { wallTime } from '../../src/replica/wall-time.ts'
import { sharedServer } from '../shared-server.ts'
import { Device } from './device.ts'

const server = sharedServer()

const HOUR_MILLISECONDS = 3_600_000

test.each([
  ['2026-11-27T23:30:00.000Z', 0, '2026-11-27T23:30:00.000+00:00'],
  ['2026-11-27T23:30:00.000Z', 60, '2026-11-28T00:30:00.000+01:00'],
  ['2026-11-27T23:30:00.000Z', 345, '2026-11-28T05:15:00.000+05:45'],
  ['2026-11-27T23:30:00.250Z', -300, '2026-11-27T18:30:00.250-05:00'],
  ['2026-11-27T02:15:00.000Z', -210, '2026-11-26T22:45:00.000-03:30'],
  ['2026-12-31T11:00:00.000Z', 840, '2027-01-01T01:00:00.000+14:00'],
])('%s is told %i minutes east of Greenwich as %s', (time, offset, expected) => {
  expect(wallTime(Date.parse(time), offset)).toBe(expected)
})

/** A device whose clock is off by so much, and a task that every device knows. */
async function deviceWithTask(hoursAhead: number) {
  const userId = randomUUID()
  const now = () => Date.now() + hoursAhead * HOUR_MILLISECONDS
  const device = await new Device(server, { userId, now }).start()
  const [id = ''] = (await device.replica.create({ title: 'Water the plants' })).ids
  await device.turn()
  return { device, id }
}

const bodiesOf = ({ sent }: Device) =>
  sent.filter(({ path }) => path === '/tasks/batch').map(({ body }) => JSON.parse(body).operations[0])

test('a task is completed when it was done here, by the clock on the wall', async () => {
  const { device, id } = await deviceWithTask(-8)
  device.isOnline = false
  await device.replica.complete(id)
  const shown = device.state.tasks.get(id)?.completed_at ?? ''
  device.isOnline = true
  await device.turn()
  const sent: string = bodiesOf(device).at(-1).completed_at
  expect(sent).toBe(wallTime(Date.parse(shown)))
  expect(sent).toMatch(/[+-]\d\d:\d\d$/)
  expect(Date.now() - Date.parse(sent)).toBeGreaterThanOrEqual(8 * HOUR_MILLISECONDS)
  expect(device.state.tasks.get(id)).toMatchObject({ completed: true, completed_at: shown })
  await device.stop()
})

test('a time that is given is kept, and taking a completion back and back again leaves its time', async () => {
  const { device, id } = await deviceWithTask(0)
  const given = '2026-01-05T20:00:00+01:00'
  await device.replica.update(id, { completed: true, completed_at: given })
  const reopened = await device.replica.complete(id, false)
  expect(device.state.tasks.get(id)).not.toHaveProperty('completed_at')
  await device.replica.undo(reopened)
  await device.turn()
  expect(device.state.tasks.get(id)).toMatchObject({
    completed: true,
    completed_at: '2026-01-05T19:00:00.000Z',
  })
  await device.stop()
})

test('where the clock of a device is ahead, what it completes is completed when that arrives', async () => {
  const { device, id } = await deviceWithTask(5)
  const before = Date.now()
  await device.replica.complete(id)
  await device.turn()
  expect(device.state).toMatchObject({ unsent: 0, refusals: [] })
  expect(device.state.tasks.get(id)).toMatchObject({ completed: true })
  const [first, second] = bodiesOf(device).slice(-2)
  expect(Date.parse(first.completed_at)).toBeGreaterThan(before + 4 * HOUR_MILLISECONDS)
  expect(second).toEqual({ op: 'update', id, completed: true, if_match: first.if_match })
  await device.stop()
})
