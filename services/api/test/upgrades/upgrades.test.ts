import { randomUUID } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { migrate } from '../../src/database/migrate.ts'
import { tablesOf } from '../support/data-model.ts'
import { createTestDatabase } from '../support/database.ts'
import { silentLog } from '../support/log.ts'
import { asUser } from '../support/seed.ts'
import { callerAt, endAll, ends, open, rowsOf, start } from './databases.ts'
import { released, statementsOf } from './released.ts'

afterEach(endAll)

/** Her live tasks, by title; besides them there is one in the trash. */
async function heldBy({ pool }: Database, name: string): Promise<{ userId: string; titles: string[] }> {
  const { rows } = await pool.query(
    `select u.id, array_agg(t.title order by t.title collate "C", t.id) as titles
     from tasklane_auth."user" u join tasks t on t.user_id = u.id and not t.is_deleted
     where u.email = $1 group by u.id`,
    [`${name}@example.com`],
  )
  return { userId: rows[0].id, titles: rows[0].titles }
}

const shapeOf = async ({ pool }: Database) => [
  await tablesOf(pool, 'public'),
  await tablesOf(pool, 'tasklane_auth'),
  (await pool.query('select * from pg_policies order by tablename, policyname')).rows,
  (
    await pool.query(`select pg_get_functiondef(oid) from pg_proc
      where pronamespace in ('public'::regnamespace, 'tasklane_auth'::regnamespace) order by proname`)
  ).rows,
]

test.each(released)(
  'a database of version %s is brought up with all that it held, to the schema of a new one',
  async (version) => {
    const database = await open(version)
    ends.push(() => database.close())
    const before = await rowsOf(database)
    expect(before.length).toBeGreaterThan(12)
    await migrate(database, silentLog)
    const after = await rowsOf(database)
    expect(after).toMatchObject(before)

    const fresh = await createTestDatabase()
    ends.push(fresh.drop, () => fresh.database.close())
    expect(await shapeOf(database)).toEqual(await shapeOf(fresh.database))
  },
)

test.each(released)('on a database of version %s accounts, tasks, trash and feed go on', async (version) => {
  const database = await open(version)
  const held = await heldBy(database, 'ada')
  const url = await start(database)
  const [ada, bob] = [await callerAt(url, 'ada'), await callerAt(url, 'bob')]
  const { data, total } = (await ada.get('/tasks?sort=title')).body
  const titles = data.map(({ title }: { title: string }) => title)
  expect([total, titles]).toEqual([held.titles.length, held.titles])
  expect((await ada.get('/trash')).body.data).toMatchObject([{ title: 'Trashed' }])
  const { changes, next } = (await ada.get('/tasks/changes')).body
  expect(changes).toHaveLength(held.titles.length + 1)
  const plain = data.find(({ title }: { title: string }) => title === 'Plain')
  expect((await ada.patch(`/tasks/${plain.id}`, { title: 'Changed' })).status).toBe(200)
  expect((await ada.get(`/tasks/changes?since=${next}`)).body.changes).toMatchObject([
    { task: { title: 'Changed' } },
  ])
  const [plan] = (await bob.get('/tasks')).body.data
  await bob.patch(`/tasks/${plan.id}`, { due: '2026-12-01', recurrence: 'FREQ=DAILY' })
  const done = await bob.patch(`/tasks/${plan.id}`, { completed: true })
  expect(done.headers.get('link')).toContain('rel="next"')
})

test.each(released)('every statement of version %s is one to the schema of this version', async (version) => {
  const database = await open(version)
  ends.push(() => database.close())
  await migrate(database, silentLog)
  const statements = statementsOf(version)
  expect(statements.size).toBeGreaterThan(30)
  for (const [name, text] of statements) {
    await expect(database.pool.query(`prepare ${name} as ${text}`), name).resolves.toBeDefined()
    await database.pool.query('deallocate all')
  }
})

test.each(released)(
  'version %s goes on serving while this one migrates and serves, and no change is lost',
  async (version) => {
    const database = await open(version)
    const statements = statementsOf(version)
    const text = (name: string) => statements.get(name) ?? ''
    const { userId, titles: held } = await heldBy(database, 'ada')
    const made: string[] = []
    // Revisions follow the clock since 0.2.0.
    const clock = version === '0.1.0' ? [] : [100 * Date.now()]
    /** As that version makes a task: with its statements and its parameters. */
    const create = async () => {
      const title = `Old ${made.length}`
      await asUser(
        database,
        userId,
        [text('task_count_created'), userId, 100_000, ...clock],
        [text('task_insert'), userId, randomUUID(), new Date().toISOString(), title, null],
      )
      made.push(title)
    }
    let isMigrated = false
    const writing = (async () => {
      while (!isMigrated) await create()
    })()
    await migrate(database, silentLog)
    isMigrated = true
    await writing

    const ada = await callerAt(await start(database), 'ada')
    let { next } = (await ada.get('/tasks/changes')).body
    const told: string[] = []
    for (let round = 0; round < 3; round += 1) {
      await create()
      const { body } = await ada.post('/tasks', { title: `New ${round}` })
      await create()
      const page = (await ada.get(`/tasks/changes?since=${next}`)).body
      expect(page.changes.map(({ task }: { task: { title: string } }) => task.title)).toEqual([
        made.at(-2),
        body.title,
        made.at(-1),
      ])
      told.push(body.title)
      next = page.next
    }
    const titles = (await ada.get('/tasks?per_page=100')).body.data.map(
      ({ title }: { title: string }) => title,
    )
    expect(titles).toEqual(expect.arrayContaining([...made.slice(-6), ...told]))
    expect((await ada.get('/tasks')).body.total).toBe(held.length + made.length + told.length)
  },
)
