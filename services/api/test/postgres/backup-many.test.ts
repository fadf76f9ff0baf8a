import { randomUUID } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { headerLine, rowLine, Tally } from '../../src/backup/format.ts'
import { linesOf } from '../../src/backup/lines.ts'
import { loadBackup } from '../../src/backup/load.ts'
import { backupLines } from '../../src/backup/read.ts'
import { migrationNames } from '../../src/database/migrate.ts'
import { createTestDatabase } from '../support/database.ts'
import { silentLog } from '../support/log.ts'

const { database, drop } = await createTestDatabase()
afterAll(async () => {
  await database.close()
  await drop()
})

const MANY = 100_000
const FEW = 300
const time = '2026-01-01T00:00:00+00:00'

/** A backup of one user with very many tasks, and of many users with one each. */
async function* backup(): AsyncGenerator<string> {
  const tally = new Tally()
  const line = (table: string, row: object) => {
    const text = rowLine(table, JSON.stringify(row))
    tally.add(table, text)
    return text
  }
  yield headerLine('0.0.0', migrationNames())
  const ids = Array.from({ length: FEW + 1 }, () => randomUUID()).sort()
  for (const [index, userId] of ids.entries()) {
    const count = index === 0 ? MANY : 1
    yield line('users', { user_id: userId, created_at: time })
    const list = {
      user_id: userId,
      task_count: count,
      completed_count: 0,
      revision: count,
      trash_count: 0,
      horizon: 0,
    }
    yield line('task_lists', { ...list, begun: 0 })
    for (let n = 1; n <= count; n += 1) {
      const id = `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`
      const task = {
        user_id: userId,
        id,
        title: `Task ${n}`,
        completed: false,
        created_at: time,
        updated_at: time,
      }
      yield line('tasks', { ...task, revision: n, is_deleted: false })
    }
  }
  yield tally.toLine()
}

test('100,000 tasks of one user and those of hundreds of others go in and come out as they were', async () => {
  const sent = new Set<string>()
  const lines = async function* () {
    for await (const line of linesOf(backup())) {
      if (line.startsWith('{"tasks"')) sent.add(line)
      yield line
    }
  }
  await loadBackup(database, lines(), silentLog)
  expect(sent.size).toBe(MANY + FEW)
  for await (const line of linesOf(backupLines(database))) {
    if (line.startsWith('{"tasks"') && !sent.delete(line)) throw new Error(`It was not so: ${line}`)
  }
  expect(sent.size).toBe(0)
})
