import { expect, test } from 'vitest'
import { Owner } from '../src/database/owner.ts'
import { Retention } from '../src/retention/retention.ts'
import { sharedApp, type User } from './support/app.ts'
import { deletionOf, since, tokenOf } from './support/changes.ts'
import { silentLog } from './support/log.ts'
import { createAs, leftOf } from './support/purges.ts'
import { asUser } from './support/seed.ts'
import { changeTo, create, purge } from './support/tasks.ts'

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
