import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { TokenSealer } from '../src/http/contract/sealed-token.ts'
import { parseListing } from '../src/tasks/listing.ts'
import { sharedApp, type User } from './support/app.ts'
import { seededTask, seedTasks } from './support/seed.ts'
import { idsOf, walk, withQuery } from './support/walk.ts'

const app = await sharedApp()

const sorts = ['created_at', '-created_at', 'updated_at', '-updated_at', 'title', '-title']

async function userWith(titles: readonly string[]): Promise<User> {
  const user = await app.signIn()
  const operations = titles.map((title) => ({ op: 'create', title }))
  expect((await user.post('/tasks/batch', { operations })).status).toBe(200)
  return user
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `Task ${index}`)

test('a walk by cursor sees the pages that page numbers see, and ends with null', async () => {
  const user = await userWith(numbered(7))
  for (const sort of sorts) {
    for (const perPage of [1, 3, 7, 8]) {
      const answers = await walk(user, '/tasks', { sort, per_page: perPage })
      expect(answers).toHaveLength(Math.ceil(7 / perPage))
      const numberedPages = await Promise.all(
        answers.map((_, index) =>
          user.get(withQuery('/tasks', { sort, per_page: perPage, page: index + 1 })),
        ),
      )
      expect(answers.map((answer) => idsOf(answer))).toEqual(numberedPages.map((answer) => idsOf(answer)))
      expect(numberedPages.map(({ body }) => body.next_cursor)).toEqual(
        answers.map(({ body }) => body.next_cursor),
      )
    }
  }
})

test('an answer to a cursor has no page number, and the totals of the whole list', async () => {
  const user = await userWith(numbered(5))
  const [first, second, third] = await walk(user, '/tasks', { per_page: 2 })
  expect(first?.body).toMatchObject({ page: 1, total: 5, per_page: 2, total_pages: 3 })
  expect(second?.body).toMatchObject({ page: null, total: 5, per_page: 2, total_pages: 3 })
  expect(third?.body).toMatchObject({ page: null, total: 5, per_page: 2, total_pages: 3, next_cursor: null })
})

test('an empty list and a page past the end have no next cursor', async () => {
  const user = await app.signIn()
  expect((await user.get('/tasks')).body).toMatchObject({ data: [], next_cursor: null })
  await user.post('/tasks', { title: 'Buy milk' })
  expect((await user.get('/tasks?page=2')).body).toMatchObject({ data: [], total: 1, next_cursor: null })
})

test('a cursor goes on from where its task was, even once that task is gone', async () => {
  const user = await userWith(numbered(4))
  const all = idsOf(await user.get('/tasks'))
  const { body } = await user.get('/tasks?per_page=2')
  await user.delete(`/tasks/${all[1]}`)
  await user.delete(`/tasks/${all[2]}`)
  await user.post('/tasks', { title: 'New' })
  const next = await user.get(`/tasks?per_page=2&cursor=${body.next_cursor}`)
  expect(idsOf(next)).toEqual([all[3]])
  expect(next.body).toMatchObject({ next_cursor: null, total: 3 })
})

test('a cursor may go on with another page size', async () => {
  const user = await userWith(numbered(6))
  const all = idsOf(await user.get('/tasks'))
  const { body } = await user.get('/tasks?per_page=2')
  expect(idsOf(await user.get(`/tasks?cursor=${body.next_cursor}`))).toEqual(all.slice(2))
  expect(idsOf(await user.get(`/tasks?per_page=3&cursor=${body.next_cursor}`))).toEqual(all.slice(2, 5))
})

test('a cursor of another sort, filter or search is refused', async () => {
  const user = await userWith(numbered(3))
  const queries = [
    {},
    { sort: 'created_at' },
    { sort: 'title' },
    { sort: '-title' },
    { sort: 'updated_at' },
    { completed: false },
    { q: 'task' },
    { q: 'Task' },
    { q: 'Task', completed: false },
  ]
  for (const [index, query] of queries.entries()) {
    const { body } = await user.get(withQuery('/tasks', { ...query, per_page: 1 }))
    expect(body.next_cursor).not.toBeNull()
    for (const [other, otherQuery] of queries.entries()) {
      const answer = await user.get(withQuery('/tasks', { ...otherQuery, cursor: body.next_cursor }))
      expect(answer.status, JSON.stringify([query, otherQuery])).toBe(index === other ? 200 : 422)
    }
  }
})

test('the default sort spelled out is the same sort', async () => {
  const user = await userWith(numbered(3))
  const { body } = await user.get('/tasks?per_page=1')
  expect((await user.get(`/tasks?sort=-created_at&cursor=${body.next_cursor}`)).status).toBe(200)
})

test('a cursor that was changed anywhere is refused, and says so', async () => {
  const user = await userWith(numbered(3))
  const { body } = await user.get('/tasks?per_page=1')
  const cursor: string = body.next_cursor
  const changed = [...cursor].map((character, index) => {
    const other = character === 'A' ? 'B' : 'A'
    return cursor.slice(0, index) + other + cursor.slice(index + 1)
  })
  const nonsense = ['', 'x', cursor.slice(1), cursor.slice(0, -1), `${cursor}A`, `${cursor}=`, `${cursor}%20`]
  for (const text of [...changed, ...nonsense, 'A'.repeat(2000), 'A'.repeat(2001), '%00', '%F0%9F%98%80']) {
    const answer = await user.get(`/tasks?cursor=${text}`)
    expect(answer, text).toMatchObject({ status: 422, body: { errors: [{ in: 'query', path: '/cursor' }] } })
  }
  expect((await user.get(`/tasks?cursor=${cursor}`)).status).toBe(200)
})

test('a cursor together with a page number, or twice, is refused', async () => {
  const user = await userWith(numbered(3))
  const { body } = await user.get('/tasks?per_page=1')
  const cursor = body.next_cursor
  expect((await user.get(`/tasks?page=1&cursor=${cursor}`)).status).toBe(422)
  expect((await user.get(`/tasks?cursor=${cursor}&cursor=${cursor}`)).status).toBe(422)
})

test('a cursor of the trash is none of the tasks, nor the other way round', async () => {
  const user = await userWith(numbered(4))
  const ids = idsOf(await user.get('/tasks'))
  for (const id of ids.slice(0, 2)) await user.delete(`/tasks/${id}`)
  const { body: tasks } = await user.get('/tasks?per_page=1')
  const { body: trash } = await user.get('/trash?per_page=1')
  expect((await user.get(`/tasks?cursor=${trash.next_cursor}`)).status).toBe(422)
  expect((await user.get(`/trash?cursor=${tasks.next_cursor}`)).status).toBe(422)
  expect((await user.get(`/trash?cursor=${trash.next_cursor}`)).status).toBe(200)
})

test("another user's cursor opens nothing but the caller's own tasks", async () => {
  const [alice, bob] = [await userWith(numbered(3)), await userWith(numbered(3))]
  for (const sort of sorts) {
    const { body } = await alice.get(`/tasks?per_page=1&sort=${sort}`)
    const answer = await bob.get(`/tasks?sort=${sort}&cursor=${body.next_cursor}`)
    expect(answer).toMatchObject({ status: 200, body: { total: 3 } })
    const own = idsOf(await bob.get('/tasks'))
    expect(own).toEqual(expect.arrayContaining(idsOf(answer)))
    expect(idsOf(await alice.get(`/tasks?sort=${sort}&cursor=${body.next_cursor}`))).toHaveLength(2)
  }
})

test('a cursor after the longest and strangest titles still fits a URL', async () => {
  const user = await userWith(['😀'.repeat(200), '\u0001'.repeat(200), '"\\'.repeat(100), 'é'.repeat(200)])
  for (const sort of ['title', '-title']) {
    const ids = idsOf(...(await walk(user, '/tasks', { sort, per_page: 1 })))
    expect(new Set(ids).size).toBe(4)
  }
})

/** Creates, changes, completes, deletes and restores tasks of its own, one after another. */
async function write(user: User, seed: number, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const title = `${'!mé😀~'[(seed + round) % 5] ?? '!'} writer ${seed} round ${round}`
    const { body: task } = await user.post('/tasks', { title })
    await user.patch(`/tasks/${task.id}`, { completed: round % 2 === 0, title: `${title} again` })
    if ((seed + round) % 3 > 0) await user.delete(`/tasks/${task.id}`)
    if ((seed + round) % 3 > 1) await user.post(`/trash/${task.id}/restore`)
  }
}

test.each(sorts)(
  'while 8 writers change a list, a walk by %s sees every other task exactly once',
  async (sort) => {
    const user = await app.signIn()
    const titles = ['Apple', 'apple', 'Äpfel', 'zebra', '😀', '\uffee', 'm', 'm', '!', '~~']
    const steady = titles.flatMap((title, index) =>
      [0, 1, 2].map((copy) =>
        seededTask({
          title,
          completed: copy === 0,
          created_at: `2026-01-0${1 + (index % 3)}T00:00:00.00${copy}Z`,
          updated_at: `2026-01-0${1 + (index % 4)}T00:00:00.00${copy}Z`,
        }),
      ),
    )
    await seedTasks(app.database, user.id, steady)

    const writers = Promise.all(Array.from({ length: 8 }, (_, seed) => write(user, seed, 3)))
    const walks = await Promise.all([
      walk(user, '/tasks', { sort, per_page: 2 }),
      walk(user, '/tasks', { sort, per_page: 3, completed: false }),
    ])
    await writers
    const expected = [steady, steady.filter(({ completed }) => !completed)]
    for (const [index, answers] of walks.entries()) {
      const wanted = (expected[index] ?? []).map(({ id }) => id)
      const seen = idsOf(...answers).filter((id) => wanted.includes(id))
      expect(seen.toSorted()).toEqual(wanted.toSorted())
      const [last] = answers.slice(-1)
      expect(last?.body.next_cursor).toBeNull()
    }
    expect((await user.get('/tasks')).body.total).toBe(
      idsOf(...(await walk(user, '/tasks', { per_page: 100 }))).length,
    )
  },
)

test('a cursor from before an upgrade goes on in the list that it was made for, and in no other', () => {
  const sealer = new TokenSealer(randomBytes(32))
  const place = ['2026-01-01T00:00:00.000Z', '01979f3e-5d1c-7b3a-9c2e-4f6d8a1b2c3d']
  const [value, id] = place
  const all = sealer.seal('["tasks","created_at",true,null,null]', place)
  expect(parseListing({ cursor: all }, sealer).after).toEqual({ value, id })
  const some = sealer.seal('["tasks","title",false,false,"milk"]', place)
  const query = { sort: 'title', completed: false, q: 'milk', cursor: some } as const
  expect(parseListing(query, sealer).after).toEqual({ value, id })
  const others = [
    { ...query, sort: '-title' },
    { ...query, completed: true },
    { ...query, q: 'mil' },
  ] as const
  for (const other of others) expect(() => parseListing(other, sealer)).toThrow('was not made by this list')
})
