import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Task } from '../../src/index.ts'
import { compareByPlace } from '../../src/replica/index.ts'
import { sharedServer } from '../shared-server.ts'
import { Curl } from './curl.ts'
import { Device } from './device.ts'

/*
 * A day of a phone, a laptop and somebody with curl, who have one account. It tells what they do:
 * `npm test -- --project client day`.
 */

const IMPORTED = 500

const server = sharedServer()
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tasklane-day-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function tell(time: string, what: string): void {
  process.stdout.write(`${time}  ${what}\n`)
}

/** An export of an account that somebody had elsewhere; a tenth of it is deleted. */
function exportElsewhere(): string {
  const created_at = '2026-01-05T09:00:00.000Z'
  const tasks = Array.from({ length: IMPORTED }, (_, index) => ({
    ...{ type: 'task', id: randomUUID(), title: `From elsewhere ${index}`, description: null },
    ...{ completed: index % 4 === 0, created_at, updated_at: created_at },
    deleted_at: index % 10 === 9 ? created_at : null,
  }))
  const head = { type: 'export', version: 1, user_id: randomUUID(), exported_at: created_at }
  const lines = [head, ...tasks, { type: 'end', count: IMPORTED }]
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

const byPlace = (tasks: Iterable<Task>) => [...tasks].sort(compareByPlace)

test('after a day with tunnels, purges and an import, a phone, a laptop and curl have the same list', async () => {
  const userId = randomUUID()
  const curl = new Curl(server.url, server.token(userId))
  const [phone, laptop] = [new Device(server, { userId }), new Device(server, { userId })]
  const idOf = async (title: string) => (await curl.post('/tasks', { title })).id

  tell('07:00', 'curl creates four tasks; phone and laptop see them')
  const milk = await idOf('Buy milk')
  const bread = await idOf('Buy bread')
  const old = await idOf('Old')
  const plants = (
    await curl.post('/tasks', { title: 'Water the plants', due: '2026-01-05', recurrence: 'FREQ=WEEKLY' })
  ).id
  await Promise.all([phone.start(), laptop.start()])
  expect(phone.titles).toEqual(['Buy bread', 'Buy milk', 'Old', 'Water the plants'])

  tell('08:00', 'the phone is in a tunnel: two tasks, one completion, one move; curl purges a task meanwhile')
  phone.isOnline = false
  await phone.replica.create({ title: 'Call Ada', priority: 1 })
  await phone.replica.create({ title: 'Read', tags: ['train'] })
  await phone.replica.complete(plants)
  await phone.replica.move(milk, { before: plants })
  await curl.delete(`/tasks/${old}`)
  await curl.delete(`/trash/${old}`)
  await laptop.replica.update(bread, { description: 'Two loaves' })
  await laptop.turn()

  tell('08:20', 'the phone is out of it; the old task is gone everywhere, and the plants are due again')
  phone.isOnline = true
  await phone.turn()
  await laptop.turn()
  expect(phone.titles).not.toContain('Old')
  expect(laptop.titles.filter((title) => title === 'Water the plants')).toHaveLength(2)

  tell('10:00', `the laptop is on a plane; curl imports ${IMPORTED} tasks of another account, and edits`)
  laptop.isOnline = false
  await laptop.replica.update(milk, { title: 'Buy oat milk' })
  await laptop.replica.update(bread, { title: 'Bake bread' })
  await laptop.replica.delete(plants)
  const file = join(folder, 'elsewhere.ndjson')
  writeFileSync(file, exportElsewhere())
  expect(await curl.import(file)).toMatchObject({ imported: IMPORTED })
  expect(await curl.import(file)).toMatchObject({ imported: 0 })
  await curl.patch(`/tasks/${milk}`, { title: 'Buy rice milk' })
  await phone.turn()

  tell('13:00', 'it has landed: one title was changed on both sides, and the laptop keeps its own')
  laptop.isOnline = true
  await laptop.turn()
  const [conflict, ...more] = laptop.state.conflicts
  expect(more).toEqual([])
  expect(conflict?.fields).toEqual([{ field: 'title', mine: 'Buy oat milk', theirs: 'Buy rice milk' }])
  if (conflict) await laptop.replica.resolve(conflict, 'mine')
  await laptop.turn()

  tell('18:00', 'the phone is in the tunnel again and ends there; curl empties the trash')
  phone.isOnline = false
  await phone.replica.create({ title: 'Written in the tunnel' })
  await phone.replica.delete(bread)
  phone.crash()
  await curl.delete('/trash')

  tell('19:00', 'it starts again with what it had stored, and both come to rest')
  phone.isOnline = true
  await phone.start()
  for (const device of [laptop, phone]) await device.turn()

  const list = await curl.tasks()
  expect(list).toHaveLength(IMPORTED * 0.9 + 5)
  for (const device of [phone, laptop]) {
    expect(device.state).toMatchObject({ unsent: 0, conflicts: [], refusals: [], network: 'online' })
    expect(byPlace(device.state.tasks.values())).toEqual(list)
  }
  expect(list.map(({ title }) => title)).toEqual(
    expect.arrayContaining(['Buy oat milk', 'Written in the tunnel', 'Call Ada', 'Read', 'Water the plants']),
  )
  tell('23:00', `all three have the same ${list.length} tasks, in the same order`)
  await Promise.all([phone.stop(), laptop.stop()])
})
