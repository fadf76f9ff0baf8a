import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { lockFolder } from '../../src/database/folder-lock.ts'
import { openDatabase } from '../../src/database/open.ts'
import { temporaryFolder } from '../support/database.ts'
import { silentLog } from '../support/log.ts'

let folder: ReturnType<typeof temporaryFolder>
let path: string
beforeEach(() => {
  folder = temporaryFolder()
  path = join(folder.path, 'tasklane.lock')
})
afterEach(() => folder.remove())

const holder = () => JSON.parse(readFileSync(path, 'utf8'))
const write = (value: unknown) => writeFileSync(path, JSON.stringify(value))

test('a folder in use is refused by the name of its process, until it is released', () => {
  const lock = lockFolder(folder.path)
  const before = holder()
  expect(() => lockFolder(folder.path)).toThrow(`in use by process ${process.pid} on ${hostname()}`)
  expect(holder()).toEqual(before)
  lock.release()
  expect(existsSync(path)).toBe(false)
  lockFolder(folder.path).release()
})

test('the lock of a dead process is taken over, one with a reused pid included', () => {
  const lock = lockFolder(folder.path)
  const self = holder()
  lock.release()
  for (const stale of [
    // No process has this pid: it is beyond what Linux gives out.
    { ...self, pid: 2 ** 22 + 1, token: 'dead' },
    { ...self, processStart: '1', token: 'reused' },
  ]) {
    write(stale)
    const taken = lockFolder(folder.path)
    expect(holder()).toMatchObject({ pid: process.pid, processStart: self.processStart })
    taken.release()
  }
})

test("another machine's lock holds as long as it is touched", () => {
  write({ pid: 1, host: 'elsewhere', token: 'x' })
  expect(() => lockFolder(folder.path)).toThrow('in use by process 1 on elsewhere')
  const longAgo = new Date(Date.now() - 60_000)
  utimesSync(path, longAgo, longAgo)
  lockFolder(folder.path).release()
})

test("another container's lock holds as long as it is touched, though its name and pid are the same", () => {
  const lock = lockFolder(folder.path)
  const self = holder()
  lock.release()
  // The first process of every container has pid 1, and they may share a host's name.
  write({ ...self, pidNamespace: 'pid:[1]', processStart: '1', token: 'elsewhere' })
  expect(() => lockFolder(folder.path)).toThrow(`in use by process ${process.pid} on ${hostname()}`)
  const longAgo = new Date(Date.now() - 60_000)
  utimesSync(path, longAgo, longAgo)
  lockFolder(folder.path).release()
})

test.each(['', '{', '{}', 'null', '{"pid":"x","host":"y","token":"z"}'])(
  'a lock file with %o in it is not guessed about',
  (text) => {
    writeFileSync(path, text)
    expect(() => lockFolder(folder.path)).toThrow('cannot be read: remove it if no other process')
    expect(readFileSync(path, 'utf8')).toBe(text)
  },
)

test('a lock that was taken over meanwhile is not released', () => {
  const lock = lockFolder(folder.path)
  write({ pid: 1, host: 'elsewhere', token: 'x' })
  lock.release()
  expect(holder().host).toBe('elsewhere')
})

test('a second database on the same folder refuses and harms nothing', async () => {
  const config = loadConfig({ DATA_DIR: folder.path })
  const first = await openDatabase(config, silentLog)
  await first.pool.query('create table kept (n integer)')
  await expect(openDatabase(config, silentLog)).rejects.toThrow(`in use by process ${process.pid}`)
  await first.pool.query('insert into kept values (1)')
  await first.close()

  const second = await openDatabase(config, silentLog)
  expect((await second.pool.query('select n from kept')).rows).toEqual([{ n: 1 }])
  await second.close()
})
