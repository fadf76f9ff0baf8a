import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { afterEach, expect, test, vi } from 'vitest'
import { linesOf } from '../../src/backup/lines.ts'
import { loadBackup } from '../../src/backup/load.ts'
import { backupLines } from '../../src/backup/read.ts'
import { loadConfig } from '../../src/config.ts'
import type { Database } from '../../src/database/database.ts'
import { migrate } from '../../src/database/migrate.ts'
import { startApp } from '../../src/service.ts'
import { timingOfTests } from '../support/app.ts'
import { Client } from '../support/client.ts'
import { tablesOf } from '../support/data-model.ts'
import { createTestDatabase, temporaryFolder } from '../support/database.ts'
import { silentLog } from '../support/log.ts'
import { asUser } from '../support/seed.ts'
import { databaseOf, emptyDatabase, released, statementsOf } from './released.ts'

const ends: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** That version's database, which goes with the test. */
async function open(version: string): Promise<Database> {
  const { database, drop } = await databaseOf(version)
  ends.push(drop)
  return database
}

/** This version on that database, which ends with it. */
async function start(database: Database): Promise<string> {
  const folder = temporaryFolder()
  ends.push(folder.remove)
  const env = { AUTH_SECRET: 'an AUTH_SECRET for tests, 32 bytes or more', DATA_DIR: folder.path }
  const config = loadConfig({ ...env, RATE_LIMIT_PER_MINUTE: '0' })
  const app: FastifyInstance = await startApp(config, database, silentLog, timingOfTests)
  ends.push(() => app.close())
  return app.listen({ host: '127.0.0.1', port: 0, listenTextResolver: () => 'listening' })
}

async function callerAt(url: string, name: string): Promise<Client> {
  const credentials = { email: `${name}@example.com`, password: 'correct horse' }
  const { token } = (await new Client(url).post('/auth/sign-in/email', credentials)).body
  return new Client(url, (await new Client(url, token).get('/auth/token')).body.token)
}

async function rowsOf({ pool }: Database): Promise<Record<string, unknown>[]> {
  const tables = (
    await pool.query<{ name: string }>(`
    select quote_ident(nspname) || '.' || quote_ident(relname) as name
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname in ('public', 'tasklane_auth') and relkind in ('r', 'p') and relname <> 'schema_migrations' order by 1`)
  ).rows
  const rows: Record<string, unknown>[] = []
  for (const { name } of tables) {
    const answer = await pool.query<{ row: object }>(
      `select to_jsonb(t) as row from ${name} t order by t::text`,
    )
    rows.push(...answer.rows.map(({ row }) => ({ table: name, ...row })))
  }
  return rows
}

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
