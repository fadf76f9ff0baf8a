import { expect, test } from 'vitest'
import { loadServiceKey } from '../src/database/service-key.ts'
import { TokenSealer } from '../src/http/contract/sealed-token.ts'
import { sharedApp } from './support/app.ts'
import { changesSince } from './support/changes.ts'
import { changeTo, create, purge } from './support/tasks.ts'

const app = await sharedApp()

test('without a token everything comes, in the order in which it was last changed', async () => {
  const user = await app.signIn()
  const [a, b, c] = [await create(user, 'A'), await create(user, 'B'), await create(user, 'C')]
  const { body: changed } = await user.patch(`/tasks/${a.id}`, { completed: true })
  await user.delete(`/tasks/${b.id}`)

  const { changes, next, has_more } = await changesSince(user)
  expect(changes).toEqual([changeTo(c), changeTo(changed), { type: 'deleted', id: b.id }])
  expect(has_more).toBe(false)
  expect(await changesSince(user, next)).toEqual({ changes: [], next, has_more: false })
})

test('every task has its entity tag beside it, the same as in the header, and a deletion has none', async () => {
  const user = await app.signIn()
  const [a, b] = [await create(user, 'A'), await create(user, 'B')]
  await user.patch(`/tasks/${a.id}`, { completed: true })
  await user.delete(`/tasks/${b.id}`)
  const { changes } = await changesSince(user)
  const etag = (await user.get(`/tasks/${a.id}`)).headers.get('etag')
  expect(changes).toMatchObject([{ task: { id: a.id }, etag }, { id: b.id }])
  expect(changes[1]).not.toHaveProperty('etag')
})

test('a token gives what changed after it, each task once and as it is now', async () => {
  const user = await app.signIn()
  const task = await create(user)
  const { next } = await changesSince(user)
  await user.patch(`/tasks/${task.id}`, { title: 'Buy bread' })
  const { body: latest } = await user.patch(`/tasks/${task.id}`, { title: 'Buy tea' })
  const other = await create(user, 'Other')

  expect((await changesSince(user, next)).changes).toEqual([changeTo(latest), changeTo(other)])
})

test('a change that changes nothing is no change', async () => {
  const user = await app.signIn()
  const task = await create(user)
  const { next } = await changesSince(user)
  await user.patch(`/tasks/${task.id}`, { title: task.title })
  await user.patch(`/tasks/${task.id}`, {})
  expect((await changesSince(user, next)).changes).toEqual([])
})

test('a deletion and a restore are changes', async () => {
  const user = await app.signIn()
  const task = await create(user)
  const { next } = await changesSince(user)
  await user.delete(`/tasks/${task.id}`)
  const deleted = await changesSince(user, next)
  expect(deleted.changes).toEqual([{ type: 'deleted', id: task.id }])
  await user.post(`/trash/${task.id}/restore`)
  expect((await changesSince(user, deleted.next)).changes).toEqual([changeTo(task)])
})

test('a token that was changed, cut, made up or meant for something else is refused', async () => {
  const user = await app.signIn()
  for (let i = 0; i < 2; i += 1) await create(user)
  const { next } = await changesSince(user)
  const cursor = (await user.get('/tasks?per_page=1')).body.next_cursor
  const changed = `${next[0] === 'A' ? 'B' : 'A'}${next.slice(1)}`
  for (const token of [changed, next.slice(0, -1), `${next}A`, `${next}=`, 'made-up', '0', '', cursor]) {
    const answer = await user.get(`/tasks/changes?since=${encodeURIComponent(token)}`)
    expect(answer.status, token).toBe(422)
    expect(answer.body.errors).toMatchObject([{ in: 'query', path: '/since' }])
  }
  expect((await user.get(`/tasks/changes?since=${next}`)).status).toBe(200)
})

test("another user's token is refused, and shows nothing of theirs", async () => {
  const [alice, bob] = [await app.signIn(), await app.signIn()]
  const [, bobs] = [await create(alice), await create(bob)]
  const { next } = await changesSince(alice)
  expect((await bob.get(`/tasks/changes?since=${next}`)).status).toBe(422)
  expect((await changesSince(bob)).changes).toEqual([changeTo(bobs)])
})

test('a new user has an empty feed, and the token of it stays good after the first write', async () => {
  const user = await app.signIn()
  const { changes, next, has_more } = await changesSince(user)
  expect({ changes, has_more }).toEqual({ changes: [], has_more: false })
  expect((await changesSince(user, next)).changes).toEqual([])
  const task = await create(user)
  expect((await changesSince(user, next)).changes).toEqual([changeTo(task)])
})

test('a purge is told to whoever has not heard of the deletion, once, and to nobody else', async () => {
  const user = await app.signIn()
  const [kept, purged] = [await create(user, 'Kept'), await create(user, 'Purged')]
  const old = (await changesSince(user)).next
  await user.delete(`/tasks/${purged.id}`)
  const knowing = (await changesSince(user)).next
  expect((await user.get(`/tasks/changes?since=${old}`)).status).toBe(200)
  await user.delete(`/trash/${purged.id}`)

  const told = await changesSince(user, old)
  expect(told.changes).toEqual([{ type: 'deleted', id: purged.id }])
  expect((await changesSince(user, told.next)).changes).toEqual([])
  expect((await changesSince(user, knowing)).changes).toEqual([])
  expect((await changesSince(user)).changes).toEqual([changeTo(kept)])
})

test('a token in the form of an earlier version still opens, and is judged by its place alone', async () => {
  const user = await app.signIn()
  const [a, b] = [await create(user, 'A'), await create(user, 'B')]
  const sealer = new TokenSealer(await loadServiceKey(app.database.pool, 'token-sealer'))
  const { rows } = await app.database.pool.query('select revision from tasks where id = $1', [a.id])
  const old = sealer.seal(`sync ${user.id}`, [Number(rows[0].revision)])
  expect((await changesSince(user, old)).changes).toEqual([changeTo(b)])
  const purged = await create(user, 'Purged')
  await purge(user, purged)
  expect((await changesSince(user, old)).changes).toEqual([changeTo(b), { type: 'deleted', id: purged.id }])
})

test('emptying the trash is told as the deletions were, in their order', async () => {
  const user = await app.signIn()
  const tasks = [await create(user), await create(user)]
  const old = (await changesSince(user)).next
  for (const { id } of tasks) await user.delete(`/tasks/${id}`)
  const knowing = (await changesSince(user)).next
  await user.delete('/trash')
  expect((await changesSince(user, old)).changes).toEqual(tasks.map(({ id }) => ({ type: 'deleted', id })))
  expect((await changesSince(user, knowing)).changes).toEqual([])
  const task = await create(user)
  expect((await changesSince(user, knowing)).changes).toEqual([changeTo(task)])
})

test('tokens of an account that was deleted are gone, before and after it is made again', async () => {
  const user = await app.signIn()
  await create(user, 'Before')
  const { next: old } = await changesSince(user)
  expect((await user.delete('/me')).status).toBe(204)
  expect((await user.get(`/tasks/changes?since=${old}`)).status).toBe(410)
  const task = await create(user, 'After')
  expect((await user.get(`/tasks/changes?since=${old}`)).status).toBe(410)
  const start = await changesSince(user)
  expect(start.changes).toEqual([changeTo(task)])
  expect((await changesSince(user, start.next)).changes).toEqual([])
})

test('tokens of a deleted account stay gone however many changes either account had', async () => {
  const user = await app.signIn()
  const lines = Array.from({ length: 3000 }, (_, i) => {
    const id = `00000000-0000-7000-8000-${String(i).padStart(12, '0')}`
    const time = '2026-01-01T00:00:00.000Z'
    return {
      type: 'task',
      id,
      title: 'T',
      description: null,
      completed: false,
      created_at: time,
      updated_at: time,
      deleted_at: null,
    }
  })
  const time = '2026-01-01T00:00:00.000Z'
  const exported = [
    { type: 'export', version: 1, user_id: user.id, exported_at: time },
    ...lines,
    { type: 'end', count: lines.length },
  ]
  const body = exported.map((line) => `${JSON.stringify(line)}\n`).join('')
  const importAll = () => user.post('/me/import', body, { 'content-type': 'application/x-ndjson' })

  expect((await importAll()).body).toEqual({ imported: 3000, skipped: 0 })
  let page = await changesSince(user, undefined, 500)
  while (page.has_more) page = await changesSince(user, page.next, 500)
  await user.delete('/me')
  await importAll()
  expect((await user.get(`/tasks/changes?since=${page.next}`)).status).toBe(410)
})
