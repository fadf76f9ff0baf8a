import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { Owner } from '../src/database/owner.ts'
import { Retention } from '../src/retention/retention.ts'
import { sharedApp, type User } from './support/app.ts'
import { ndjson } from './support/export.ts'
import { silentLog } from './support/log.ts'
import { asUser } from './support/seed.ts'
import { changeTo } from './support/tasks.ts'

const app = await sharedApp()
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000

/** What the upkeep does to one user, so many days from now, with a retention of 30 days. */
function sweep(user: User, days: number): Promise<void> {
  const hooks = { provision: async () => {}, changed: () => {} }
  const ownerOf = (userId: string) => {
    if (userId !== user.id) throw new Error('left to other tests')
    return new Owner(userId, app.database, hooks)
  }
  const retention = new Retention({ pool: app.database.pool, log: silentLog, retentionDays: 30, ownerOf })
  return retention.run(new Date(Date.now() + days * DAY_MILLISECONDS))
}

const create = async (user: User, title = 'Buy milk') => (await user.post('/tasks', { title })).body
const tokenOf = async (user: User) => (await user.get('/tasks/changes')).body.next
const since = (user: User, token: string) => user.get(`/tasks/changes?since=${token}`)
const createAs = (user: User, id: string) =>
  user.post('/tasks/batch', { operations: [{ op: 'create', id, title: 'Again' }] })
const deletionOf = ({ id }: { id: string }) => ({ type: 'deleted', id })

async function purge(user: User, { id }: { id: string }) {
  expect((await user.delete(`/tasks/${id}`)).status).toBe(204)
  expect((await user.delete(`/trash/${id}`)).status).toBe(204)
}

/** Every row that the database has of a task which is not there any more. */
async function leftOf({ id }: { id: string }): Promise<object[]> {
  const { rows } = await app.database.pool.query('select * from purged_tasks where id = $1', [id])
  return rows
}

test('nothing but the id, the owner and the revision is left of a purged task', async () => {
  const user = await app.signIn()
  const task = await create(user, 'A secret that was deleted')
  expect(await leftOf(task)).toEqual([])
  await purge(user, task)
  expect(await leftOf(task)).toEqual([{ user_id: user.id, id: task.id, revision: expect.any(String) }])
  const { rows } = await app.database.pool.query<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'tasklane_auth')",
  )
  for (const { name } of rows) {
    const found = await app.database.pool.query(
      `select t from ${name} t where t::text like '%secret that was%'`,
    )
    expect(found.rows, name).toEqual([])
  }
})

test('a user who purges nothing has no row of purges', async () => {
  const user = await app.signIn()
  const { id } = await create(user)
  await user.delete(`/tasks/${id}`)
  await user.post(`/trash/${id}/restore`)
  await user.delete('/trash')
  for (const table of ['purged_tasks', 'purges']) {
    const { rows } = await app.database.pool.query(`select from ${table} where user_id = $1`, [user.id])
    expect(rows, table).toEqual([])
  }
})

test('a purge is told for the retention; then older tokens are gone, and those that heard of it are not', async () => {
  const user = await app.signIn()
  const [kept, purged] = [await create(user, 'Kept'), await create(user, 'Purged')]
  const old = await tokenOf(user)
  await purge(user, purged)
  const knowing = await tokenOf(user)
  await sweep(user, 29.9)
  expect((await since(user, old)).body.changes).toEqual([deletionOf(purged)])

  await sweep(user, 30.1)
  const answer = await since(user, old)
  expect(answer).toMatchObject({ status: 410, body: { code: 'gone' } })
  expect((await since(user, knowing)).body.changes).toEqual([])
  expect((await user.get('/tasks/changes')).body.changes).toEqual([changeTo(kept)])
  expect(await leftOf(purged)).toEqual([])
})

test('a token of any age is good while nothing that it may not know of has been forgotten', async () => {
  const user = await app.signIn()
  const [task, deleted] = [await create(user), await create(user)]
  const old = await tokenOf(user)
  await user.delete(`/tasks/${deleted.id}`)
  await sweep(user, 29)
  await sweep(user, 29.5)
  expect((await since(user, old)).body.changes).toEqual([deletionOf(deleted)])
  await user.patch(`/tasks/${task.id}`, { completed: true })
  expect((await since(user, old)).body.changes).toHaveLength(2)
})

test('a task that was purged by itself a month after its deletion is told for another retention', async () => {
  const user = await app.signIn()
  const task = await create(user)
  const old = await tokenOf(user)
  await user.delete(`/tasks/${task.id}`)
  await sweep(user, 31)
  expect((await user.get('/trash')).body.total).toBe(0)
  await sweep(user, 60)
  expect((await since(user, old)).body.changes).toEqual([deletionOf(task)])
  await sweep(user, 62)
  expect((await since(user, old)).status).toBe(410)
})

test('a late purge of an early deletion keeps what was deleted after it, until it is forgotten itself', async () => {
  const user = await app.signIn()
  const [early, late] = [await create(user, 'Early'), await create(user, 'Late')]
  const old = await tokenOf(user)
  await user.delete(`/tasks/${early.id}`)
  await purge(user, late)
  await asUser(app.database, user.id, [
    "update purges set purged_at = purged_at - interval '20 days' where user_id = $1",
    user.id,
  ])
  expect((await user.delete(`/trash/${early.id}`)).status).toBe(204)
  await sweep(user, 15)
  expect((await since(user, old)).body.changes).toEqual([deletionOf(early), deletionOf(late)])
  await sweep(user, 31)
  expect((await since(user, old)).status).toBe(410)
  expect([await leftOf(early), await leftOf(late)]).toEqual([[], []])
})

test('a stream that comes back after a purge hears of the deletion', async () => {
  const user = await app.signIn()
  const task = await create(user)
  const old = await tokenOf(user)
  await purge(user, task)
  const abort = new AbortController()
  const response = await fetch(`${user.url}/tasks/events`, {
    headers: { authorization: `Bearer ${user.token}`, 'last-event-id': old },
    signal: abort.signal,
  })
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    if (text.includes(task.id)) break
  }
  abort.abort()
  expect(text).toContain(`data: ${JSON.stringify(deletionOf(task))}`)
})

test('the id of a purged task is a conflict within the retention, and free after it', async () => {
  const [user, other] = [await app.signIn(), await app.signIn()]
  const task = await create(user)
  await purge(user, task)
  const answer = await createAs(user, task.id)
  expect(answer).toMatchObject({ status: 409, body: { errors: [{ path: '/operations/0/id' }] } })
  expect((await user.get('/tasks')).body.total).toBe(0)
  expect((await createAs(other, task.id)).status).toBe(200)
  await sweep(user, 31)
  expect((await createAs(user, task.id)).status).toBe(200)
})

test('an import brings a purged task back, and the feed tells it as it is then', async () => {
  const user = await app.signIn()
  const task = await create(user)
  const file = (await user.get('/me/export')).text
  const old = await tokenOf(user)
  await purge(user, task)
  const knowing = await tokenOf(user)
  expect((await user.post('/me/import', file, ndjson)).body).toEqual({ imported: 1, skipped: 0 })
  for (const token of [old, knowing]) {
    expect((await since(user, token)).body.changes).toEqual([changeTo(task)])
  }
  expect((await user.get(`/tasks/${task.id}`)).body).toEqual(task)
  expect(await leftOf(task)).toEqual([])
  await purge(user, task)
  expect((await since(user, knowing)).body.changes).toEqual([deletionOf(task)])
})

test('tasks and what is left of others are told together in one order, in pages of any size', async () => {
  const user = await app.signIn()
  const { next: start } = (await user.get('/tasks/changes')).body
  const expected: object[] = []
  await create(user, 'Before')
  const old = await tokenOf(user)
  for (let round = 0; round < 6; round += 1) {
    const task = await create(user, `Task ${round}`)
    if (round % 2 === 0) expected.push(changeTo(task))
    else {
      await purge(user, task)
      expected.push(deletionOf(task))
    }
  }
  for (const limit of [1, 2, 5, 100]) {
    const changes: object[] = []
    let page = { next: old, has_more: true, changes }
    while (page.has_more) {
      page = (await user.get(`/tasks/changes?since=${page.next}&limit=${limit}`)).body
      changes.push(...page.changes)
    }
    expect(changes).toEqual(expected)
  }
  expect((await since(user, start)).status).toBe(200)
})

test('purges tell nothing to another user, whose own purge of the same id is another matter', async () => {
  const [alice, bob] = [await app.signIn(), await app.signIn()]
  const id = randomUUID()
  for (const user of [alice, bob]) await createAs(user, id)
  const [alices, bobs] = [await tokenOf(alice), await tokenOf(bob)]
  await purge(alice, { id })
  expect((await since(alice, alices)).body.changes).toEqual([{ type: 'deleted', id }])
  expect((await since(bob, bobs)).body.changes).toEqual([])
  await purge(bob, { id })
  expect((await since(bob, bobs)).body.changes).toEqual([{ type: 'deleted', id }])
  expect(await leftOf({ id })).toHaveLength(2)
})

test('a thousand purges at once leave one row for each task, and one for their hour', async () => {
  const user = await app.signIn()
  await create(user)
  await asUser(
    app.database,
    user.id,
    ['update task_lists set trash_count = 1203, revision = revision + 1203 where user_id = $1', user.id],
    [
      `insert into tasks (user_id, id, title, created_at, updated_at, revision, is_deleted, deleted_at)
       select $1, gen_random_uuid(), 'Old', now(), now(), l.revision - n, true, '2020-01-01'
       from task_lists l, generate_series(0, 1202) n where l.user_id = $1`,
      user.id,
    ],
  )
  expect((await user.delete('/trash')).status).toBe(204)
  const { rows } = await app.database.pool.query(
    `select (select count(*)::int from purged_tasks where user_id = $1) as tasks,
            (select count(*)::int from purges where user_id = $1) as hours`,
    [user.id],
  )
  expect(rows[0].tasks).toBe(1203)
  expect([1, 2]).toContain(rows[0].hours)
})

test('who saw that there was nothing yet hears of what was purged since, until that is forgotten', async () => {
  const user = await app.signIn()
  const before = await tokenOf(user)
  const [purged, kept] = [await create(user), await create(user, 'Kept')]
  await purge(user, purged)
  expect((await since(user, before)).body.changes).toEqual([changeTo(kept), deletionOf(purged)])
  // A client without a token holds nothing that it would have to take away.
  expect((await user.get('/tasks/changes')).body.changes).toEqual([changeTo(kept)])
  await sweep(user, 31)
  expect((await since(user, before)).status).toBe(410)
})
