import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { freshEmail, startIssuingApp } from '../support/accounts.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { databaseUrl } from '../support/postgres.ts'
import { times } from '../support/tasks.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
  await letStatementsWait()
})
afterAll(() => app.close())

/** A connection that is none of the service's. */
async function visitor(): Promise<pg.Client> {
  const engine = inject('engine')
  if (engine.kind !== 'postgres') throw new Error('The embedded engine has one session')
  const { rows } = await app.database.pool.query<{ name: string }>('select current_database() as name')
  const client = new pg.Client({ connectionString: databaseUrl(engine.url, String(rows[0]?.name)) })
  await client.connect()
  return client
}

/** In production a statement that waits for a lock is given up in the end; here that must not help anybody. */
async function letStatementsWait(): Promise<void> {
  const { pool } = app.database
  const { rows } = await pool.query<{ text: string }>(
    "select pg_get_functiondef('public.app_set_user(uuid)'::regprocedure) as text",
  )
  const text = String(rows[0]?.text)
  const timeout = "'statement_timeout', '5000'"
  expect(text).toContain(timeout)
  await pool.query(text.replace(timeout, "'statement_timeout', '0'"))
}

const blocked = `select count(*)::integer as count from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock'`

test('writes of one user that wait for a lock hold up no request of another', async () => {
  const [busy, other] = [await app.signIn(), await app.signIn()]
  const { body: task } = await busy.post('/tasks', { title: 'First' })
  // By others at once, so that every connection is open.
  await times(30, async () => (await app.signIn()).post('/tasks', { title: 'First' }))
  await other.post('/tasks', { title: 'First' })
  const holder = await visitor()
  await holder.query('begin')
  await holder.query('select from task_lists where user_id = $1 for update', [busy.id])
  const stuck = [
    ...Array.from({ length: 20 }, () => busy.patch(`/tasks/${task.id}`, { title: 'Waits' })),
    ...Array.from({ length: 20 }, () =>
      busy.post('/tasks/batch', { operations: [{ op: 'create', title: 'Waits' }] }),
    ),
  ]
  await expect.poll(async () => (await holder.query(blocked)).rows[0]?.count).toBeGreaterThan(1)
  // Without connections to spare these would wait for the commit, which comes after them.
  const answers = await Promise.all([
    ...Array.from({ length: 20 }, () => other.post('/tasks', { title: 'Passes' })),
    other.post('/tasks/batch', { operations: [{ op: 'create', title: 'Passes' }] }),
    other.get('/tasks?completed=false'),
  ])
  await holder.query('commit')
  await holder.end()
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201]))
  expect(new Set((await Promise.all(stuck)).map(({ status }) => status))).toEqual(new Set([200]))
  expect((await busy.get('/tasks')).body.total).toBe(21)
})

test('long work of several users leaves a connection to short work', async () => {
  const users = await times(4, () => app.signIn())
  const other = await app.signIn()
  const holder = await visitor()
  await holder.query('select pg_advisory_lock(7)')
  const text = 'select pg_advisory_xact_lock_shared(7)::text as locked where $1::uuid is not null'
  const long = Promise.allSettled(
    users.map(({ id }) =>
      app.database.inOwnTransaction(id, (run) =>
        run([{ statement: { name: 'test_long', text }, values: [id] }]),
      ),
    ),
  )
  await expect.poll(async () => (await holder.query(blocked)).rows[0]?.count).toBeGreaterThan(1)
  const { status } = await other.post('/tasks/batch', { operations: [{ op: 'create', title: 'Passes' }] })
  await holder.query('select pg_advisory_unlock(7)')
  await holder.end()
  expect(status).toBe(200)
  // Those that had a connection; on a slow machine the others have waited for too long.
  const done = (await long).filter((outcome) => outcome.status === 'fulfilled')
  expect(done.length).toBeGreaterThan(1)
})

test('a sign-up holds no connection while its password is hashed', async () => {
  const lentAtHash: number[] = []
  const issuing: TestApp = await startIssuingApp(
    {},
    {
      passwordCost: {
        get N() {
          const { pool } = issuing.database
          lentAtHash.push(pool.totalCount - pool.idleCount)
          return 2 ** 8
        },
        r: 8,
        p: 1,
      },
    },
  )
  const answer = await issuing.anonymous.post('/auth/sign-up/email', {
    email: freshEmail(),
    password: randomUUID(),
  })
  expect(answer.status).toBe(200)
  expect(lentAtHash.length).toBeGreaterThan(0)
  expect(new Set(lentAtHash)).toEqual(new Set([0]))
  await issuing.close()
})
