import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { KeptImports } from '../../src/account/kept-imports.ts'
import { startTestApp, type TestApp, type User } from '../support/app.ts'
import { temporaryFolder } from '../support/database.ts'
import { exportBy, ndjson, taskLine, textOf } from '../support/export.ts'
import { silentLog } from '../support/log.ts'
import { startSecondApp } from '../support/second-app.ts'

/*
 * The embedded database is one session. A large import is written there in parts, so that others go on between them; once
 * it is taken it comes to its end, even if the process does not.
 */

const TASKS = 2_500
/** Longer than any test. */
const A_LONG_PAUSE = 2 ** 31 - 1

let folder: ReturnType<typeof temporaryFolder>
let app: TestApp
beforeEach(async () => {
  folder = temporaryFolder()
  app = await startTestApp({ DATA_DIR: folder.path, MAX_TASKS_PER_USER: '3000' }, silentLog, {
    importPauseMilliseconds: A_LONG_PAUSE,
  })
})
afterEach(async () => {
  vi.restoreAllMocks()
  await app.close()
  folder.remove()
})

const lines = (count: number) => Array.from({ length: count }, (_, index) => taskLine(index))
const importLines = (user: User, count: number) =>
  user.post('/me/import', textOf(exportBy(user.id, lines(count))), ndjson)
const left = () => (existsSync(join(folder.path, 'imports')) ? readdirSync(join(folder.path, 'imports')) : [])

/** Does something behind each of the user's transactions, while the request that began it goes on. */
function behindEachOf(user: User, work: (nth: number) => Promise<void>): void {
  const { inOwnTransaction } = app.database
  let nth = 0
  vi.spyOn(app.database, 'inOwnTransaction').mockImplementation(async (userId, inside, deadline) => {
    const result = await inOwnTransaction(userId, inside, deadline)
    if (userId === user.id && deadline === undefined) await work(nth++)
    return result
  })
}

test('between the parts of a large import the same user and others read and write', async () => {
  const [user, other] = [await app.signIn(), await app.signIn()]
  const { body: own } = await user.post('/tasks', { title: 'Own' })
  let isOver = false
  const totals: number[] = []
  const statuses: number[] = []
  behindEachOf(user, async () => {
    if (isOver) return
    const answers = await Promise.all([
      other.post('/tasks', { title: 'Other' }),
      user.patch(`/tasks/${own.id}`, { title: `Own ${totals.length}` }),
    ])
    statuses.push(...answers.map(({ status }) => status))
    totals.push((await user.get('/tasks?per_page=1')).body.total)
  })
  expect((await importLines(user, TASKS)).body).toEqual({ imported: TASKS, skipped: 0 })
  isOver = true
  expect(totals.length).toBeGreaterThan(10)
  expect(totals).toEqual(totals.toSorted((a, b) => a - b))
  expect(totals[1]).toBeLessThan(TASKS / 2)
  expect(new Set(statuses)).toEqual(new Set([200, 201]))
  expect((await user.get('/me')).body).toMatchObject({ task_count: TASKS + 1, trash_count: 0 })
  const { changes } = (await user.get('/tasks/changes?limit=5000')).body
  expect(changes).toHaveLength(TASKS + 1)
  expect(left()).toEqual([])
})

test('an import that a process leaves undone is finished by the next one, before it serves', async () => {
  const user = await app.signIn()
  behindEachOf(user, async (nth) => {
    if (nth >= 4) throw new Error('the process was killed')
  })
  expect((await importLines(user, TASKS)).status).toBe(500)
  vi.restoreAllMocks()
  const before = (await user.get('/me')).body.task_count
  expect(before).toBeGreaterThan(0)
  expect(before).toBeLessThan(TASKS)
  expect(left()).toHaveLength(1)

  const second = await startSecondApp(app, { DATA_DIR: folder.path })
  expect((await user.get('/me')).body).toMatchObject({ task_count: TASKS, completed_count: 0 })
  expect((await importLines(user, TASKS)).body).toEqual({ imported: 0, skipped: TASKS })
  expect(left()).toEqual([])
  await second.close()
})

test('a part of an import that fails for a reason of the moment is written again, and all of it is there', async () => {
  const user = await app.signIn()
  behindEachOf(user, async (nth) => {
    if (nth === 4) throw new Error('the reason of a moment')
  })
  expect((await importLines(user, TASKS)).status).toBe(200)
  vi.restoreAllMocks()
  expect((await user.get('/me')).body).toMatchObject({ task_count: TASKS, completed_count: 0 })
  expect(left()).toEqual([])
})

test('an import that fails in the middle for longer is finished by the same process', async () => {
  const own = temporaryFolder()
  const patient = await startTestApp({ DATA_DIR: own.path }, silentLog, { importPauseMilliseconds: 1 })
  const user = await patient.signIn()
  const { inOwnTransaction } = patient.database
  let nth = 0
  const spy = vi
    .spyOn(patient.database, 'inOwnTransaction')
    .mockImplementation((userId, inside, deadline) => {
      if (deadline !== undefined || userId !== user.id) return inOwnTransaction(userId, inside, deadline)
      nth += 1
      // Some parts are there, and what comes next fails, and fails again each time that it goes on.
      if (nth > 4 && nth < 12) return Promise.reject(new Error('no part can be written now'))
      return inOwnTransaction(userId, inside, deadline)
    })
  expect((await importLines(user, TASKS)).status).toBe(500)
  await expect.poll(() => readdirSync(join(own.path, 'imports'))).toEqual([])
  expect((await user.get('/me')).body).toMatchObject({ task_count: TASKS, completed_count: 0 })
  expect((await user.get('/tasks/changes?limit=5000')).body.changes).toHaveLength(TASKS)
  spy.mockRestore()
  await patient.close()
  own.remove()
})

test('one that is larger than the room for it leaves nothing behind, and one of tasks that are there is taken', async () => {
  const user = await app.signIn()
  expect((await importLines(user, TASKS)).status).toBe(200)
  const text = textOf(exportBy(user.id, lines(3001)))
  expect(await user.post('/me/import', text, ndjson)).toMatchObject({
    status: 422,
    body: { code: 'quota_exceeded' },
  })
  expect((await user.get('/me')).body).toMatchObject({ task_count: TASKS })
  expect((await importLines(user, 3000)).body).toEqual({ imported: 500, skipped: TASKS })
  expect(left()).toEqual([])
})

test('an import that cannot be kept is refused as what may be mended, and leaves nothing behind', async () => {
  const user = await app.signIn()
  const path = join(folder.path, 'imports')
  writeFileSync(path, 'A file in the place of the folder.')
  expect(await importLines(user, TASKS)).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  expect((await user.get('/me')).body.task_count).toBe(0)
  rmSync(path)
  // As where the disk is full in the middle.
  async function* cutOff() {
    yield '[]'
    throw new Error('no space left on device')
  }
  await expect(new KeptImports(path).keep(user.id, cutOff())).rejects.toMatchObject({ code: 'unavailable' })
  expect(left()).toEqual([])
  expect((await importLines(user, TASKS)).body).toEqual({ imported: TASKS, skipped: 0 })
})

test('two imports of one user at once are counted one after the other', async () => {
  const user = await app.signIn()
  const text = (first: number) =>
    textOf(
      exportBy(
        user.id,
        Array.from({ length: 2000 }, (_, index) => taskLine(first + index)),
      ),
    )
  const answers = await Promise.all([0, 10_000].map((first) => user.post('/me/import', text(first), ndjson)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422])
  expect((await user.get('/me')).body).toMatchObject({ task_count: 2000 })
})

test('an account that is deleted while its import is written takes all of it along', async () => {
  const user = await app.signIn()
  let isDeleted = false
  behindEachOf(user, async (nth) => {
    if (nth !== 3 || isDeleted) return
    isDeleted = true
    expect((await user.delete('/me')).status).toBe(204)
  })
  expect(await importLines(user, TASKS)).toMatchObject({ status: 409, body: { code: 'conflict' } })
  vi.restoreAllMocks()
  expect((await user.get('/me')).body).toMatchObject({ task_count: 0 })
  expect(left()).toEqual([])
})
