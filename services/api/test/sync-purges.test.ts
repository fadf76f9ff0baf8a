import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'
import { deletionOf, since, tokenOf } from './support/changes.ts'
import { ndjson } from './support/export.ts'
import { createAs, leftOf } from './support/purges.ts'
import { asUser } from './support/seed.ts'
import { changeTo, create, purge } from './support/tasks.ts'

const app = await sharedApp()

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
