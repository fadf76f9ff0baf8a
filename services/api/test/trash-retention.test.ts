import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Owner } from '../src/database/owner.ts'
import { Retention } from '../src/retention/retention.ts'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import { silentLog } from './support/log.ts'
import { asUser } from './support/seed.ts'
import { idsOf } from './support/walk.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

function upkeepOf(retentionDays: number): Retention {
  const hooks = { provision: async () => {}, changed: () => {} }
  const ownerOf = (userId: string) => new Owner(userId, app.database, hooks)
  return new Retention({ pool: app.database.pool, log: silentLog, retentionDays, ownerOf })
}

/** Puts tasks in the trash as if they had been deleted so many days ago; the ids, in this order. */
async function trashAged(user: User, ...ages: number[]): Promise<string[]> {
  const ids: string[] = []
  for (const age of ages) {
    const { body } = await user.post('/tasks', { title: `Deleted ${age} days ago` })
    await user.delete(`/tasks/${body.id}`)
    await asUser(app.database, user.id, [
      'update tasks set deleted_at = $3 where user_id = $1 and id = $2',
      user.id,
      body.id,
      new Date(Date.now() - age * 24 * 60 * 60 * 1000).toISOString(),
    ])
    ids.push(body.id)
  }
  return ids
}

/** Moves as many tasks straight into the trash of a user who has a list, deleted long ago. */
async function trashMany(user: User, count: number): Promise<void> {
  await asUser(
    app.database,
    user.id,
    ['update task_lists set trash_count = trash_count + $2 where user_id = $1', user.id, count],
    [
      `insert into tasks (user_id, id, title, created_at, updated_at, revision, is_deleted, deleted_at)
       select l.user_id, id, 'Old', $3, $3, 1, true, '2020-01-01'
       from task_lists l, unnest($2::uuid[]) as id where l.user_id = $1`,
      user.id,
      Array.from({ length: count }, () => randomUUID()),
      new Date(),
    ],
  )
}

test('the upkeep purges what has been in the trash for the retention, of every user, and nothing else', async () => {
  const users = [await app.signIn(), await app.signIn()]
  const kept: string[][] = []
  for (const user of users) {
    await user.post('/tasks', { title: 'Live' })
    const [, young = '', fresh = ''] = await trashAged(user, 30.01, 29.99, 0)
    kept.push([young, fresh])
  }
  await upkeepOf(30).run(new Date())
  for (const [index, user] of users.entries()) {
    const trash = await user.get('/trash')
    expect(trash.body.total).toBe(2)
    expect(new Set(idsOf(trash))).toEqual(new Set(kept[index]))
    expect((await user.get('/tasks')).body.total).toBe(1)
  }
})

test('a first sync in pages ends although the retention of a deleted task is over, before it or within it', async () => {
  const user = await app.signIn()
  for (const title of ['A', 'B', 'C']) await user.post('/tasks', { title })
  const walked = async (token?: string) => {
    const answer = await user.get(`/tasks/changes?limit=1${token === undefined ? '' : `&since=${token}`}`)
    expect(answer).toMatchObject({ status: 200, body: { changes: [{ type: 'task' }] } })
    return answer.body
  }
  await trashAged(user, 40)
  await upkeepOf(30).run(new Date())
  const first = await walked()
  await trashAged(user, 40)
  const second = await walked(first.next)
  const again = await walked()
  await upkeepOf(30).run(new Date())
  expect((await user.get('/trash')).body.total).toBe(0)
  const { changes } = (await user.get(`/tasks/changes?since=${second.next}`)).body
  expect(changes).toMatchObject([{ task: { title: 'C' } }, { type: 'deleted' }])
  const last = await walked((await walked(again.next)).next)
  expect(last.has_more).toBe(false)
})

test('the retention is as long as it is configured to be', async () => {
  const user = await app.signIn()
  const [young] = await trashAged(user, 0.99, 1.01, 5)
  await upkeepOf(30).run(new Date())
  expect((await user.get('/trash')).body.total).toBe(3)
  await upkeepOf(1).run(new Date())
  expect(idsOf(await user.get('/trash'))).toEqual([young])
})

test('a task is purged at its purge_at and not before', async () => {
  const user = await app.signIn()
  await trashAged(user, 3)
  const purgeAt = Date.parse((await user.get('/trash')).body.data[0].purge_at)
  await upkeepOf(30).run(new Date(purgeAt - 1))
  expect((await user.get('/trash')).body.total).toBe(1)
  await upkeepOf(30).run(new Date(purgeAt))
  expect((await user.get('/trash')).body.total).toBe(0)
})

test('several upkeeps at once purge more than a batch exactly once, while the user goes on writing', async () => {
  const user = await app.signIn()
  const { body: live } = await user.post('/tasks', { title: 'Live' })
  await trashMany(user, 1203)
  const [young] = await trashAged(user, 1)
  expect((await user.get('/trash')).body.total).toBe(1204)

  const sweeps = Promise.all(Array.from({ length: 4 }, () => upkeepOf(30).run(new Date())))
  const answers = []
  for (let round = 0; round < 5; round += 1) {
    answers.push(
      ...(await Promise.all([
        user.post('/tasks', { title: 'During' }, { 'idempotency-key': `${round}` }),
        user.patch(`/tasks/${live.id}`, { title: `Round ${round}` }),
        user.post('/tasks/batch', { operations: [{ op: 'create', title: 'Batch' }] }),
        user.get('/trash'),
      ])),
    )
  }
  await sweeps
  expect(answers.filter(({ status }) => status >= 300)).toEqual([])
  const trash = await user.get('/trash')
  expect(trash.body.total).toBe(1)
  expect(idsOf(trash)).toEqual([young])
  expect((await user.get('/me')).body).toMatchObject({ task_count: 11, trash_count: 1 })
})

test('a sweep lets go of the list between batches', async () => {
  const user = await app.signIn()
  await user.post('/tasks', { title: 'Live' })
  await trashMany(user, 1203)
  const transactions: number[] = []
  const hooks = { provision: async () => {}, changed: () => {} }
  const database = {
    ...app.database,
    inOwnTransaction: (async (userId, work) => {
      const before = transactions.length
      const result = await app.database.inOwnTransaction(userId, work)
      if (userId === user.id) transactions.push(before)
      return result
    }) satisfies typeof app.database.inOwnTransaction,
  }
  const ownerOf = (userId: string) => new Owner(userId, database, hooks)
  await new Retention({ pool: app.database.pool, log: silentLog, retentionDays: 30, ownerOf }).run(new Date())
  expect(transactions).toHaveLength(3)
  expect((await user.get('/trash')).body.total).toBe(0)
})

test('whoever comes first in the hour does the upkeep, and the others leave it', async () => {
  const user = await app.signIn()
  await trashAged(user, 40)
  const noon = new Date(Date.now() + 24 * 60 * 60 * 1000)
  const [first, ...others] = Array.from({ length: 4 }, () => upkeepOf(30))
  await Promise.all([first, ...others].map((upkeep) => upkeep?.runIfDue(noon)))
  expect((await user.get('/trash')).body.total).toBe(0)

  await trashAged(user, 40)
  await first?.runIfDue(new Date(noon.getTime() + 59 * 60 * 1000))
  expect((await user.get('/trash')).body.total).toBe(1)
  await first?.runIfDue(new Date(noon.getTime() + 60 * 60 * 1000))
  expect((await user.get('/trash')).body.total).toBe(0)
})

test('a user whose sweep fails does not keep others from theirs', async () => {
  const [broken, user] = [await app.signIn(), await app.signIn('ffffffff-ffff-4fff-bfff-ffffffffffff')]
  await trashAged(broken, 40)
  await trashAged(user, 40)
  const hooks = { provision: async () => {}, changed: () => {} }
  const ownerOf = (userId: string) => {
    if (userId === broken.id) throw new Error('cannot sweep this one')
    return new Owner(userId, app.database, hooks)
  }
  await new Retention({ pool: app.database.pool, log: silentLog, retentionDays: 30, ownerOf }).run(new Date())
  expect((await broken.get('/trash')).body.total).toBe(1)
  expect((await user.get('/trash')).body.total).toBe(0)
})
