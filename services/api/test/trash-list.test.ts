import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import { asUser } from './support/seed.ts'
import { trash } from './support/trash.ts'
import { idsOf, walk } from './support/walk.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ TRASH_RETENTION_DAYS: '7' })
})
afterAll(() => app.close())

const days = 24 * 60 * 60 * 1000

test('the trash lists deleted tasks, the newest deletion first, with when they were and will be deleted', async () => {
  const user = await app.signIn()
  const { body: first } = await user.post('/tasks', { title: 'First', description: 'x' })
  const { body: second } = await user.post('/tasks', { title: 'Second' })
  const { body: live } = await user.post('/tasks', { title: 'Live' })
  const before = Date.now()
  await user.delete(`/tasks/${second.id}`)
  await user.delete(`/tasks/${first.id}`)
  const after = Date.now()

  const answer = await user.get('/trash')
  const { body } = answer
  expect(answer.status).toBe(200)
  expect(body).toMatchObject({ total: 2, page: 1, per_page: 20, total_pages: 1, next_cursor: null })
  // Deleted within one millisecond, they would come by their ids.
  expect(new Set(idsOf(answer))).toEqual(new Set([first.id, second.id]))
  for (const { deleted_at: deletedAt, purge_at: purgeAt, ...task } of body.data) {
    expect(task).toEqual(task.id === first.id ? first : second)
    expect(Date.parse(deletedAt)).toBeGreaterThanOrEqual(before)
    expect(Date.parse(deletedAt)).toBeLessThanOrEqual(after)
    expect(purgeAt).toBe(new Date(Date.parse(deletedAt) + 7 * days).toISOString())
  }
  expect(Object.keys(body.data[0])).toEqual([...Object.keys(live), 'deleted_at', 'purge_at'])
  expect((await user.head('/trash')).status).toBe(200)
})

/** Gives the tasks, in this order, ever later deletions; every second pair has the same. */
async function spreadDeletions(user: User, ids: readonly string[]): Promise<void> {
  for (const [index, id] of ids.entries()) {
    const time = new Date(Date.UTC(2026, 0, 1 + Math.floor(index / 2))).toISOString()
    await asUser(app.database, user.id, [
      'update tasks set deleted_at = $3 where user_id = $1 and id = $2',
      user.id,
      id,
      time,
    ])
  }
}

test('the trash has pages and a cursor as every list has, with ties by id', async () => {
  const user = await app.signIn()
  const ids = await trash(user, 7)
  await spreadDeletions(user, ids)
  const pairs = [ids.slice(6), ids.slice(4, 6), ids.slice(2, 4), ids.slice(0, 2)]
  const expected = pairs.flatMap((pair) => pair.toSorted().toReversed())

  expect(idsOf(await user.get('/trash'))).toEqual(expected)
  const pages = await walk(user, '/trash', { per_page: 3 })
  expect(pages.map((page) => idsOf(page))).toEqual([
    expected.slice(0, 3),
    expected.slice(3, 6),
    expected.slice(6),
  ])
  expect(pages.map(({ body }) => body.page)).toEqual([1, null, null])
  expect(pages.map(({ body }) => [body.total, body.total_pages])).toEqual([
    [7, 3],
    [7, 3],
    [7, 3],
  ])
  expect(idsOf(await user.get('/trash?page=2&per_page=3'))).toEqual(expected.slice(3, 6))
  expect((await user.get('/trash?page=9')).body).toMatchObject({ data: [], total: 7 })
})

test('what no trash understands is refused', async () => {
  const user = await app.signIn()
  await trash(user, 2)
  const { body } = await user.get('/trash?per_page=1')
  const cursor: string = body.next_cursor
  const changed = `${cursor[0] === 'A' ? 'B' : 'A'}${cursor.slice(1)}`
  const queries = [
    'page=0',
    'per_page=101',
    'sort=title',
    'q=a',
    'completed=true',
    'x=1',
    'cursor=x',
    'cursor=',
  ]
  for (const query of [...queries, `cursor=${cursor}&page=1`, `cursor=${changed}`]) {
    expect((await user.get(`/trash?${query}`)).status, query).toBe(422)
  }
  expect((await user.get(`/trash?cursor=${cursor}`)).status).toBe(200)
})
