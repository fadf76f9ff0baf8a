import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createClient } from '../../src/index.ts'
import { type Server, startServer } from '../server.ts'
import { Device, type Sent } from './device.ts'

const isBatch = ({ path }: Pick<Sent, 'path'>) => path.startsWith('/tasks/batch')

test('after its server was restored from a backup, a device shows what is there, sends what waits and overwrites nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tasklane-backup-'))
  const file = join(folder, 'backup.gz')
  const userId = randomUUID()
  // The device goes on with the same address, behind which another database is later.
  const first = await startServer()
  const server: Server = { ...first }
  const phone = await new Device(server, { userId }).start()
  const { ids } = await phone.replica.create({ title: 'Kept' })
  const [kept = ''] = ids
  await phone.turn()
  first.tasklane('backup', file)
  await phone.replica.update(kept, { title: 'Lost words' })
  await phone.replica.create({ title: 'Lost' })
  await phone.turn()
  expect([phone.titles, phone.state.unsent]).toEqual([['Lost', 'Lost words'], 0])

  // This is under way, on condition that the task is as it was in the time that is lost, when the server ends.
  phone.trouble = async (request, send) => {
    if (isBatch({ path: new URL(request.url).pathname })) throw new TypeError('fetch failed')
    return send(request)
  }
  await phone.replica.update(kept, { title: 'Mine' })
  await phone.replica.create({ title: 'Waiting' })
  await phone.turn()
  await phone.stop()
  await first.stop()

  const second = await startServer(file)
  Object.assign(server, second)
  const plain = createClient({ baseUrl: server.url, token: () => server.token(userId) })
  await plain.update(kept, { title: 'Theirs' })
  phone.trouble = undefined
  await phone.start()
  await phone.turn()

  expect((await plain.get(kept)).title).toBe('Theirs')
  expect(phone.sent.filter((sent) => isBatch(sent) && sent.status === 412)).toHaveLength(1)
  expect(phone.state.conflicts).toMatchObject([{ id: kept, fields: [{ mine: 'Mine', theirs: 'Theirs' }] }])
  const listed: string[] = []
  for await (const { title } of plain.tasks()) listed.push(title)
  expect(listed.sort()).toEqual(['Theirs', 'Waiting'])
  expect([...phone.state.deleted.values()].map(({ title }) => title)).toEqual(['Lost'])
  await phone.stop()
  await second.stop()
  rmSync(folder, { recursive: true })
})
