import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import { faceOf } from './support/face.ts'
import { asUser } from './support/seed.ts'
import { idsOf, walk } from './support/walk.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ TRASH_RETENTION_DAYS: '7' })
})
afterAll(() => app.close())

const days = 24 * 60 * 60 * 1000

async function create(user: User, count: number): Promise<string[]> {
  const operations = Array.from({ length: count }, (_, index) => ({ op: 'create', title: `Task ${index}` }))
  const { body } = await user.post('/tasks/batch', { operations })
  return body.results.map(({ task }: { task: { id: string } }) => task.id)
}

async function trash(user: User, count: number): Promise<string[]> {
  const ids = await create(user, count)
  for (const id of ids) expect((await user.delete(`/tasks/${id}`)).status).toBe(204)
  return ids
}

/** How many there are, after making sure that every counter says the same. */
async function countsOf(user: User) {
  const count = async (path: string, query: Record<string, boolean>) => {
    const answers = await walk(user, path, { per_page: 100, ...query })
    const { length } = idsOf(...answers)
    expect(answers[0]?.body.total).toBe(length)
    return length
  }
  const counts = {
    tasks: await count('/tasks', {}),
    done: await count('/tasks', { completed: true }),
    trashed: await count('/trash', {}),
  }
  const { tasks, done, trashed } = counts
  const { body: me } = await user.get('/me')
  expect(me).toMatchObject({ task_count: tasks, completed_count: done, trash_count: trashed })
  return counts
}

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

test('a restored task is what it was, in the list again, with a new ETag', async () => {
  const user = await app.signIn()
  const { body } = await user.post('/tasks', { title: 'Buy milk', description: 'two litres' })
  await user.post('/tasks', { title: 'Another' })
  const path = `/tasks/${body.id}`
  const before = await user.patch(path, { completed: true })
  await user.delete(path)
  expect((await user.get(path)).status).toBe(404)
  expect(await countsOf(user)).toEqual({ tasks: 1, done: 0, trashed: 1 })

  const restored = await user.post(`/trash/${body.id}/restore`)
  expect(restored).toMatchObject({ status: 200, text: before.text })
  expect(restored.headers.get('etag')).not.toBe(before.headers.get('etag'))
  const found = await user.get(path)
  expect(found).toMatchObject({ status: 200, text: before.text })
  expect(found.headers.get('etag')).toBe(restored.headers.get('etag'))
  expect(await countsOf(user)).toEqual({ tasks: 2, done: 1, trashed: 0 })
})

test('a restore needs no body, and takes a client’s usual content type without one', async () => {
  const user = await app.signIn()
  const [first, second] = await trash(user, 2)
  expect((await user.post(`/trash/${first}/restore`)).status).toBe(200)
  const answer = await user.request('POST', `/trash/${second}/restore`, undefined, {
    'content-type': 'application/json',
  })
  expect(answer.status).toBe(200)
})

test('a purged task is gone for good, and only that one', async () => {
  const user = await app.signIn()
  const [first, second] = await trash(user, 2)
  const purged = await user.delete(`/trash/${first}`)
  expect(purged).toMatchObject({ status: 204, text: '' })
  expect(idsOf(await user.get('/trash'))).toEqual([second])
  expect((await user.post(`/trash/${first}/restore`)).status).toBe(404)
  expect((await user.delete(`/trash/${first}`)).status).toBe(404)
  expect((await user.post(`/trash/${second}/restore`)).status).toBe(200)
  const rows = await asUser(app.database, user.id, ['select id from tasks where user_id = $1', user.id])
  expect(rows).toEqual([{ id: second }])
})

test('an emptied trash is empty, and everything else is left alone', async () => {
  const [user, other] = [await app.signIn(), await app.signIn()]
  await trash(user, 3)
  const [live] = await create(user, 1)
  await trash(other, 1)
  expect(await user.delete('/trash')).toMatchObject({ status: 204, text: '' })
  expect(await countsOf(user)).toEqual({ tasks: 1, done: 0, trashed: 0 })
  expect(idsOf(await user.get('/tasks'))).toEqual([live])
  expect((await other.get('/trash')).body.total).toBe(1)
  expect((await user.delete('/trash')).status).toBe(204)
  expect((await (await app.signIn()).delete('/trash')).status).toBe(204)
})

test('an emptied trash is empty even of what another server’s clock deleted later', async () => {
  const user = await app.signIn()
  const [id] = await trash(user, 1)
  await asUser(app.database, user.id, [
    'update tasks set deleted_at = $3 where user_id = $1 and id = $2',
    user.id,
    id,
    new Date(Date.now() + 60_000).toISOString(),
  ])
  expect((await user.delete('/trash')).status).toBe(204)
  expect((await user.get('/trash')).body).toMatchObject({ data: [], total: 0 })
})

test('a foreign, an absent, a purged and a live task are the same 404 to the trash', async () => {
  const [user, other] = [await app.signIn(), await app.signIn()]
  const [foreign] = await trash(other, 1)
  const [foreignLive] = await create(other, 1)
  const [live] = await create(user, 1)
  const [purged] = await trash(user, 1)
  await user.delete(`/trash/${purged}`)

  const absent = faceOf(await user.get(`/tasks/${randomUUID()}`))
  expect(absent.status).toBe(404)
  for (const id of [foreign, foreignLive, live, purged, randomUUID()]) {
    expect(faceOf(await user.post(`/trash/${id}/restore`))).toEqual(absent)
    expect(faceOf(await user.post(`/trash/${id}/restore`, undefined, { 'idempotency-key': 'a' }))).toEqual(
      absent,
    )
    expect(faceOf(await user.delete(`/trash/${id}`))).toEqual(absent)
  }
  expect((await user.get(`/tasks/${live}`)).status).toBe(200)
  expect((await other.get(`/tasks/${foreignLive}`)).status).toBe(200)
  expect(idsOf(await other.get('/trash'))).toEqual([foreign])
  expect((await other.post(`/trash/${foreign}/restore`)).status).toBe(200)
})

test('an id in upper case is the same task, and what is no UUID is refused', async () => {
  const user = await app.signIn()
  const [first = '', second = ''] = await trash(user, 2)
  expect((await user.post(`/trash/${first.toUpperCase()}/restore`)).body.id).toBe(first)
  expect((await user.delete(`/trash/${second.toUpperCase()}`)).status).toBe(204)
  for (const id of ['1', 'x', `${first}0`, '%00']) {
    expect((await user.post(`/trash/${id}/restore`)).status, id).toBe(422)
    expect((await user.delete(`/trash/${id}`)).status, id).toBe(422)
  }
})

test('the counts are exact after 50 deletions, restores and purges at once', async () => {
  const user = await app.signIn()
  const ids = await create(user, 10)
  for (const id of ids.slice(0, 5)) await user.patch(`/tasks/${id}`, { completed: true })
  const actions = (id: string) => [
    () => user.delete(`/tasks/${id}`),
    () => user.delete(`/tasks/${id}`),
    () => user.post(`/trash/${id}/restore`),
    () => user.delete(`/trash/${id}`),
    () => user.patch(`/tasks/${id}`, { completed: false }),
  ]
  const answers = await Promise.all(ids.flatMap((id) => actions(id).map((act) => act())))
  expect(answers).toHaveLength(50)
  expect(answers.filter(({ status }) => ![200, 204, 404].includes(status))).toEqual([])
  const { tasks, trashed } = await countsOf(user)
  expect(tasks + trashed).toBeLessThanOrEqual(10)
})

test('of 20 restores or purges of one task at once, one goes through', async () => {
  const user = await app.signIn()
  const [id] = await trash(user, 1)
  const restores = await Promise.all(Array.from({ length: 20 }, () => user.post(`/trash/${id}/restore`)))
  expect(restores.map(({ status }) => status).toSorted()).toEqual([200, ...Array(19).fill(404)])
  expect(await countsOf(user)).toEqual({ tasks: 1, done: 0, trashed: 0 })
  await user.delete(`/tasks/${id}`)
  const purges = await Promise.all(Array.from({ length: 20 }, () => user.delete(`/trash/${id}`)))
  expect(purges.map(({ status }) => status).toSorted()).toEqual([204, ...Array(19).fill(404)])
  expect(await countsOf(user)).toEqual({ tasks: 0, done: 0, trashed: 0 })
})
