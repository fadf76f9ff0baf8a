import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import { faceOf } from './support/face.ts'
import { asUser } from './support/seed.ts'
import { createBatch as create, trash } from './support/trash.ts'
import { idsOf, walk } from './support/walk.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ TRASH_RETENTION_DAYS: '7' })
})
afterAll(() => app.close())

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
