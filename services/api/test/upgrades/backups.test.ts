import { afterEach, expect, test, vi } from 'vitest'
import { linesOf } from '../../src/backup/lines.ts'
import { loadBackup } from '../../src/backup/load.ts'
import { backupLines } from '../../src/backup/read.ts'
import type { Database } from '../../src/database/database.ts'
import { silentLog } from '../support/log.ts'
import { callerAt, endAll, ends, open, rowsOf, start } from './databases.ts'
import { emptyDatabase, released } from './released.ts'

afterEach(endAll)

test.each(released)(
  'a backup of a database of version %s is restored, brought up to date, and begins anew',
  async (version) => {
    const source = await open(version)
    ends.push(() => source.close())
    const before = await rowsOf(source)
    const { database, drop } = await emptyDatabase()
    ends.push(drop, () => database.close())
    await loadBackup(database, linesOf(backupLines(source)), silentLog)
    const places = ['revision', 'horizon', 'begun']
    const withoutPlaces = (row: Record<string, unknown>) =>
      row.table === 'public.task_lists'
        ? Object.fromEntries(Object.entries(row).filter(([name]) => !places.includes(name)))
        : row
    const restored = await rowsOf(database)
    const isNote = ({ name }: Record<string, unknown>) => name === 'last-restore'
    expect(restored.filter(isNote)).toHaveLength(1)
    const after = restored.filter((row) => !isNote(row))
    expect(after.map(withoutPlaces)).toMatchObject(before.map(withoutPlaces))
    const begun = after.filter(({ table }) => table === 'public.task_lists').map((row) => Number(row.begun))
    expect(begun.every((time) => time > 0)).toBe(true)

    // A database that holds data is not even brought up to date.
    const refused = loadBackup(source, linesOf(backupLines(database)), silentLog)
    await expect(refused).rejects.toThrow('holds data already')
    expect(await rowsOf(source)).toEqual(before)
  },
)

// Later versions know when a list began, and so a backup of theirs is done with its last row.
test('a restore of a backup of version 0.1.0 that is killed once all rows are there deceives no client', async () => {
  const [source, old] = [await open('0.1.0'), await open('0.1.0')]
  ends.push(() => source.close())
  const ada = await callerAt(await start(old), 'ada')
  await ada.post('/tasks', { title: 'Lost' })
  const { next } = (await ada.get('/tasks/changes')).body
  expect((await ada.get(`/tasks/changes?since=${next}`)).status).toBe(200)

  const { database, drop } = await emptyDatabase()
  ends.push(drop)
  const revive = killOnceRestored(database)
  const restore = loadBackup(database, linesOf(backupLines(source)), silentLog)
  await expect(restore).rejects.toThrow('killed')
  revive()
  const restored = await callerAt(await start(database), 'ada')
  const { total } = (await restored.get('/tasks')).body
  expect(total).toBeGreaterThan(0)
  await restored.post('/tasks', { title: 'After' })
  expect((await restored.get(`/tasks/changes?since=${next}`)).status).toBe(410)
})

/** From the commit of the first accounts on, nothing reaches the database any more, until it is revived. */
function killOnceRestored({ pool }: Database): () => void {
  const connect = pool.connect.bind(pool)
  const connecting = vi.spyOn(pool, 'connect').mockImplementation(async () => {
    const client = await connect()
    const { rows } = await client.query(
      `select to_regclass('tasklane_auth."user"') is not null as has_accounts`,
    )
    const isRestored =
      rows[0]?.has_accounts === true &&
      (await client.query('select from tasklane_auth."user" limit 1')).rowCount !== 0
    if (!isRestored) return client
    client.release()
    throw new Error('killed')
  })
  return () => connecting.mockRestore()
}
