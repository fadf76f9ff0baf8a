import { expect, test, vi } from 'vitest'
import { sharedApp } from './support/app.ts'
import { changesSince } from './support/changes.ts'
import { changeTo, create, purge } from './support/tasks.ts'

const app = await sharedApp()

test('pages of any size put together are the whole, without an overlap', async () => {
  const user = await app.signIn()
  for (let i = 0; i < 7; i += 1) await create(user, `Task ${i}`)
  const whole = await changesSince(user)
  for (const limit of [1, 2, 3, 7, 501, 5000]) {
    const collected = []
    let page = await changesSince(user, undefined, limit)
    collected.push(...page.changes)
    while (page.has_more) {
      expect(page.changes).toHaveLength(limit)
      page = await changesSince(user, page.next, limit)
      collected.push(...page.changes)
    }
    expect(collected).toEqual(whole.changes)
    expect(page.next).toBe(whole.next)
  }
})

test('a page longer than a short one is planned as that is: for any values', async () => {
  const user = await app.signIn()
  await create(user)
  const asked = vi.spyOn(app.database, 'inOwnTransaction')
  const short = await changesSince(user, undefined, 500)
  expect(await changesSince(user, undefined, 501)).toEqual(short)
  const planned = asked.mock.calls.flatMap(([id, , , how]) => (id === user.id ? [how] : []))
  asked.mockRestore()
  expect(planned).toEqual(['for any values'])
})

test.each(['0', '5001', '-1', '1.5', '1e2', '', 'x'])('the limit "%s" is refused', async (limit) => {
  const user = await app.signIn()
  const answer = await user.get(`/tasks/changes?limit=${limit}`)
  expect(answer.status).toBe(422)
  expect(answer.body.errors).toMatchObject([{ in: 'query', path: '/limit' }])
})

test('changes while a client pages are neither lost nor given twice in one state', async () => {
  const user = await app.signIn()
  const tasks = [await create(user, 'A'), await create(user, 'B'), await create(user, 'C')]
  const first = await changesSince(user, undefined, 1)
  const { body: again } = await user.patch(`/tasks/${tasks[1].id}`, { title: 'B2' })
  const rest = await changesSince(user, first.next)
  expect(first.changes).toEqual([changeTo(tasks[0])])
  expect(rest.changes).toEqual([changeTo(tasks[2]), changeTo(again)])
})

test('a first sync that takes several pages ends, whatever was purged before it', async () => {
  const user = await app.signIn()
  const [a, b] = [await create(user, 'A'), await create(user, 'B')]
  await purge(user, await create(user, 'Purged'))
  const first = await changesSince(user, undefined, 1)
  const second = await changesSince(user, first.next, 1)
  expect([first, second].flatMap(({ changes }) => changes)).toEqual([changeTo(a), changeTo(b)])
  expect(second.has_more).toBe(false)
  expect(await changesSince(user, second.next)).toMatchObject({ changes: [], has_more: false })
})

test('a purge between the pages of a first sync leaves it alone if the deletion came before it', async () => {
  const user = await app.signIn()
  const tasks = [await create(user, 'A'), await create(user, 'B'), await create(user, 'C')]
  const trashed = await create(user, 'Trashed')
  await user.delete(`/tasks/${trashed.id}`)
  let page = await changesSince(user, undefined, 1)
  const changes = page.changes
  await user.delete('/trash')
  while (page.has_more) {
    page = await changesSince(user, page.next, 1)
    changes.push(...page.changes)
  }
  expect(changes).toEqual(tasks.map((task) => changeTo(task)))
})

test('a task that a first sync has told, deleted and purged before its next page, is told to be deleted', async () => {
  const user = await app.signIn()
  const [told, kept] = [await create(user, 'Told'), await create(user, 'Kept')]
  await create(user, 'Other')
  const first = await changesSince(user, undefined, 1)
  expect(first.changes).toEqual([changeTo(told)])
  const second = await changesSince(user, first.next, 1)
  expect(second.changes).toEqual([changeTo(kept)])
  await purge(user, told)
  const deletion = { type: 'deleted', id: told.id }
  const rest = (await changesSince(user, second.next)).changes
  expect(rest).toHaveLength(2)
  expect(rest[1]).toEqual(deletion)
  expect((await changesSince(user, first.next)).changes).toEqual([second.changes[0], ...rest])
  const changes = []
  let page = await changesSince(user, first.next, 1)
  for (changes.push(...page.changes); page.has_more; changes.push(...page.changes))
    page = await changesSince(user, page.next, 1)
  expect(changes).toEqual([second.changes[0], ...rest])
  expect((await changesSince(user)).changes).toEqual([second.changes[0], rest[0]])
})

test('a client that was up to date knows of what was there then, and goes on in pages after a purge', async () => {
  const user = await app.signIn()
  await create(user, 'A')
  const { next: known } = await changesSince(user)
  const tasks = [await create(user, 'B'), await create(user, 'C')]
  const page = await changesSince(user, known, 1)
  expect(page).toMatchObject({ changes: [changeTo(tasks[0])], has_more: true })
  expect((await changesSince(user, page.next, 1)).changes).toEqual([changeTo(tasks[1])])
  await purge(user, tasks[0])
  expect((await changesSince(user, page.next)).changes).toEqual([
    changeTo(tasks[1]),
    { type: 'deleted', id: tasks[0].id },
  ])
})
