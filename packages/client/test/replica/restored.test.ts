import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '../../src/index.ts'
import { type Server, startServer } from '../server.ts'
import { Device } from './device.ts'
import type { Sent } from './sent.ts'

/** What comes before the backup; what is lost, since it comes behind it; and what comes after the restore. */
interface Story {
  lost: () => Promise<void>
  after: () => Promise<void>
}

const folder = mkdtempSync(join(tmpdir(), 'tasklane-backup-'))
const file = join(folder, 'backup.gz')
/** Devices go on with the same address, behind which another database is later. */
let server: Server
let waiting: Story
let empty: Story

// One restore for all: it takes longer than anything else here.
beforeAll(async () => {
  const first = await startServer()
  server = { ...first }
  waiting = await wordsThatWait()
  empty = await emptyListSeen()
  first.tasklane('backup', file)
  await waiting.lost()
  await empty.lost()
  await first.stop()
  Object.assign(server, await startServer({ backup: file }))
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

const isBatch = ({ path }: Pick<Sent, 'path'>) => path.startsWith('/tasks/batch')
const plainClient = (userId: string) =>
  createClient({ baseUrl: server.url, token: () => server.token(userId) })

async function wordsThatWait(): Promise<Story> {
  const userId = randomUUID()
  const phone = await new Device(server, { userId }).start()
  const { ids } = await phone.replica.create({ title: 'Kept' })
  const [kept = ''] = ids
  await phone.turn()
  return {
    async lost() {
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
    },
    async after() {
      const plain = plainClient(userId)
      await plain.update(kept, { title: 'Theirs' })
      phone.trouble = undefined
      await phone.start()
      await phone.turn()
      expect((await plain.get(kept)).title).toBe('Theirs')
      expect(phone.sent.filter((sent) => isBatch(sent) && sent.status === 412)).toHaveLength(1)
      expect(phone.state.conflicts).toMatchObject([
        { id: kept, fields: [{ mine: 'Mine', theirs: 'Theirs' }] },
      ])
      const listed: string[] = []
      for await (const { title } of plain.tasks()) listed.push(title)
      expect(listed.sort()).toEqual(['Theirs', 'Waiting'])
      expect([...phone.state.deleted.values()].map(({ title }) => title)).toEqual(['Lost'])
      await phone.stop()
    },
  }
}

/** A device and a client hold on to the tokens that they were given while there was nothing. */
async function emptyListSeen(): Promise<Story> {
  const [phones, plains] = [randomUUID(), randomUUID()]
  const phone = await new Device(server, { userId: phones }).start()
  const { changes, next } = await plainClient(plains).sync()
  expect([phone.titles, changes]).toEqual([[], []])
  let lost = ''
  return {
    async lost() {
      lost = (await plainClient(plains).create({ title: 'Lost' })).id
      await phone.replica.create({ title: 'Lost' })
      await phone.until(({ unsent }) => unsent === 0)
      expect(phone.titles).toEqual(['Lost'])
      await phone.stop()
    },
    async after() {
      await phone.start()
      expect(phone.titles).toEqual([])
      expect([...phone.state.deleted.values()].map(({ title }) => title)).toEqual(['Lost'])
      await phone.stop()
      const plain = plainClient(plains)
      await expect(plain.get(lost)).rejects.toMatchObject({ code: 'not_found' })
      await expect(plain.sync(next)).rejects.toMatchObject({ code: 'gone' })
      expect((await plain.sync()).changes).toEqual([])
    },
  }
}

test('after its server was restored from a backup, a device shows what is there, sends what waits and overwrites nothing', () =>
  waiting.after())

test('what was made after an empty list was seen, and is lost with a restore, is shown by no device and told to no client', () =>
  empty.after())
