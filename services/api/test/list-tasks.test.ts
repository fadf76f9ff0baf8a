import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'

import { createTasks } from './support/tasks.ts'

const app = await sharedApp()

test('the list of a user who never wrote anything is empty', async () => {
  const { status, body } = await (await app.signIn()).get('/tasks')
  expect(status).toBe(200)
  expect(Object.keys(body)).toEqual(['data', 'total', 'page', 'per_page', 'total_pages', 'next_cursor'])
  expect(body).toMatchObject({ data: [], total: 0, page: 1, per_page: 20, total_pages: 0 })
})

test('an item of the list is the task, whole', async () => {
  const user = await app.signIn()
  const { body: task } = await user.post('/tasks', { title: 'Buy milk', description: '' })
  const { body } = await user.get('/tasks')
  expect(body.data).toEqual([task])
  expect(Object.keys(body.data[0])).toEqual(Object.keys(task))
})

test('a page has twenty tasks unless told otherwise, and at most a hundred', async () => {
  const user = await app.signIn()
  await createTasks(user, 101)
  expect((await user.get('/tasks')).body).toMatchObject({ per_page: 20, total: 101, total_pages: 6 })
  expect((await user.get('/tasks')).body.data).toHaveLength(20)
  expect((await user.get('/tasks?per_page=100')).body.data).toHaveLength(100)
  expect((await user.get('/tasks?per_page=100&page=2')).body.data).toHaveLength(1)
  expect((await user.get('/tasks?per_page=1&page=101')).body).toMatchObject({ total_pages: 101, page: 101 })
  expect((await user.get('/tasks?per_page=101')).status).toBe(422)
})

test('pages run from the newest to the oldest and never overlap, also where times are the same', async () => {
  const user = await app.signIn()
  const created = await createTasks(user, 45)
  const pages = await Promise.all(
    Array.from({ length: 7 }, (_, index) => user.get(`/tasks?per_page=7&page=${index + 1}`)),
  )
  const listed = pages.flatMap(({ body }) => body.data)

  const newestFirst = created.sort((a, b) => (a.created_at + a.id < b.created_at + b.id ? 1 : -1))
  expect(listed).toEqual(newestFirst)
  expect(pages.map(({ body }) => body.data.length)).toEqual([7, 7, 7, 7, 7, 7, 3])
  for (const { body } of pages) expect(body).toMatchObject({ total: 45, total_pages: 7 })
})

test('tasks of the very same time are in the order of their ids', async () => {
  const user = await app.signIn()
  const created = await createTasks(user, 9)
  await app.database.pool.query(
    "update tasks set created_at = '2026-01-02T03:04:05.006Z' where user_id = $1",
    [user.id],
  )
  const pages = await Promise.all([1, 2, 3].map((page) => user.get(`/tasks?per_page=3&page=${page}`)))
  const ids: string[] = created.map(({ id }) => id)
  expect(pages.flatMap(({ body }) => body.data).map(({ id }) => id)).toEqual(ids.sort().reverse())
})

test('a page past the end is empty, and still tells the total', async () => {
  const user = await app.signIn()
  await createTasks(user, 3)
  for (const page of [2, 3, 1000, 90_071_992_547_409]) {
    const { status, body } = await user.get(`/tasks?page=${page}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ data: [], total: 3, page, per_page: 20, total_pages: 1 })
  }
  expect((await user.get('/tasks?page=1')).body.data).toHaveLength(3)
})

test('the next page is told as a string or as null', async () => {
  const user = await app.signIn()
  await createTasks(user, 2)
  for (const query of ['', '?per_page=1', '?per_page=1&page=2', '?page=9']) {
    const { next_cursor: cursor } = (await user.get(`/tasks${query}`)).body
    expect(cursor === null || typeof cursor === 'string', query).toBe(true)
  }
})
