import { expect, test, vi } from 'vitest'
import { sharedApp, type User } from './support/app.ts'
import type { Answer } from './support/client.ts'
import { completed, nextOf, nextPathOf, onTime, openTasks, userWith } from './support/repetition.ts'
import { changeTo, times } from './support/tasks.ts'

const app = await sharedApp()

test('taking a completion back takes the next one back for good, and completing again makes another', async () => {
  const { user, task, path } = await userWith()
  const first = nextPathOf(await user.patch(path, onTime)) ?? ''
  const { next: since } = (await user.get('/tasks/changes')).body
  const undone = await user.patch(path, { completed: false })
  expect(undone.body).toEqual({ ...task, updated_at: undone.body.updated_at })
  expect(undone.headers.get('link')).toBeNull()
  expect((await user.get(first)).status).toBe(404)
  expect((await user.get('/trash')).body.total).toBe(0)
  expect((await user.get('/me')).body).toMatchObject({ task_count: 2, completed_count: 0, trash_count: 0 })
  const { changes } = (await user.get(`/tasks/changes?since=${since}`)).body
  expect(changes).toHaveLength(2)
  expect(changes).toContainEqual({ type: 'deleted', id: first.replace('/tasks/', '') })
  expect(changes).toContainEqual(changeTo(undone.body))

  const second = nextPathOf(await user.patch(path, onTime))
  expect(second).toBeDefined()
  expect(second).not.toBe(first)
  expect(await openTasks(user)).toHaveLength(2)
})

test('a next one that was moved is taken back too', async () => {
  const { user, path } = await userWith()
  const next = nextPathOf(await user.patch(path, onTime)) ?? ''
  // A move changes the place and the revision, and not the time of the last change.
  await app.database.pool.query(
    'update tasks set position = $1, revision = revision + 1 where user_id = $2 and id = $3',
    ['2026-11-26T09:00:00.000Za', user.id, next.replace('/tasks/', '')],
  )
  expect((await user.get(next)).body.position).toBe('2026-11-26T09:00:00.000Za')
  await user.patch(path, { completed: false })
  expect((await user.get(next)).status).toBe(404)
})

const kept: [string, (user: User, next: string) => Promise<Answer>][] = [
  ['was changed', (user, next) => user.patch(next, { title: 'My own words' })],
  ['was completed', (user, next) => user.patch(next, { completed: true })],
  ['was deleted', (user, next) => user.delete(next)],
]

test.each(kept)('a next one that %s stays as it is, and completing again makes no other', async (_, work) => {
  const { user, path } = await userWith()
  const next = nextPathOf(await user.patch(path, onTime)) ?? ''
  await work(user, next)
  const before = [await user.get(next), await user.get('/trash')].map(({ text }) => text)
  expect((await user.patch(path, { completed: false })).body.completed).toBe(false)
  const openBefore = (await openTasks(user)).length
  await user.patch(path, onTime)
  expect([await user.get(next), await user.get('/trash')].map(({ text }) => text)).toEqual(before)
  expect(await openTasks(user)).toHaveLength(openBefore - 1)
})

test('whoever takes a completion back and completes again at once leaves one next task or none', async () => {
  const { user, path } = await userWith()
  await user.patch(path, onTime)
  await times(10, (index) => user.patch(path, index % 2 === 0 ? onTime : { completed: false }))
  const { body } = await user.get(path)
  const next = (await openTasks(user)).filter(({ due }: { due?: string }) => due === '2026-11-27T09:00')
  expect(next).toHaveLength(body.completed ? 1 : 0)
})

/** Somebody else's change arrives when the task was looked at, and before anything follows from it. */
function meanwhile(change: () => Promise<Answer>): void {
  const { write } = app.database
  const spy = vi.spyOn(app.database, 'write').mockImplementation(async (userId, steps, deadline) => {
    const rows = await write(userId, steps, deadline)
    spy.mockRestore()
    await change()
    return rows
  })
}

test('a completion that was looked at before another change follows from the task as it is then', async () => {
  const { user, path } = await userWith()
  meanwhile(() => user.patch(path, { title: 'Water the fern', due: '2026-11-21T09:00' }))
  const answer = await user.patch(path, onTime)
  expect(answer.body).toMatchObject({ title: 'Water the fern', due: '2026-11-21T09:00', completed: true })
  expect(await nextOf(user, answer)).toMatchObject({ title: 'Water the fern', due: '2026-11-28T09:00' })
  expect(await openTasks(user)).toHaveLength(2)
  expect((await user.get('/me')).body).toMatchObject({ task_count: 3, completed_count: 1, trash_count: 0 })
})

test('a completion that comes between the look and the writing of another one makes the only next task', async () => {
  const { user, path } = await userWith()
  let first: Answer | undefined
  meanwhile(async () => {
    first = await user.patch(path, onTime)
    return first
  })
  const second = await user.patch(path, onTime)
  expect(first?.status).toBe(200)
  expect(nextPathOf(second)).toBe(nextPathOf(await user.patch(path, onTime)))
  expect(first && nextPathOf(first)).toBe(nextPathOf(second))
  expect(await openTasks(user)).toHaveLength(2)
})

test('a task that is deleted between the look and the completion is not found, and makes no next one', async () => {
  const { user, path } = await userWith()
  meanwhile(() => user.delete(path))
  expect((await user.patch(path, onTime)).status).toBe(404)
  expect(await openTasks(user)).toHaveLength(1)
  expect((await user.post(`/trash${path.replace('/tasks', '')}/restore`)).status).toBe(200)
  expect(nextPathOf(await user.patch(path, onTime))).toBeDefined()
})

test('a next one that somebody changes while the completion is taken back stays', async () => {
  const { user, path, answer } = await completed({ due: '2026-11-20', recurrence: 'FREQ=WEEKLY' })
  const nextPath = nextPathOf(answer) ?? ''
  meanwhile(() => user.patch(nextPath, { title: 'Water twice' }))
  expect((await user.patch(path, { completed: false })).body.completed).toBe(false)
  expect((await user.get(nextPath)).body.title).toBe('Water twice')
  expect(await openTasks(user)).toHaveLength(3)
})

test('a tag that is stale by then completes nothing, though it was not when the task was looked at', async () => {
  const { user, path } = await userWith()
  const etag = (await user.get(path)).headers.get('etag') ?? ''
  meanwhile(() => user.patch(path, { title: 'Water the fern' }))
  expect((await user.patch(path, onTime, { 'if-match': etag })).status).toBe(412)
  expect(await openTasks(user)).toHaveLength(2)
})
