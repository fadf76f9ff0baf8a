import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'
import { idsOf } from './support/walk.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterEach(() => vi.restoreAllMocks())
afterAll(() => app.close())

test('of many first writes at once, each is made and each is counted', async () => {
  for (let round = 0; round < 5; round += 1) {
    const user = await app.signIn()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => user.post('/tasks', { title: `Task ${index}` })),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201))
    expect(new Set(answers.map(({ headers }) => headers.get('etag'))).size).toBe(20)
    const list = await user.get('/tasks?per_page=100')
    expect(list.body.total).toBe(20)
    expect(new Set(idsOf(list))).toEqual(new Set(answers.map(({ body }) => body.id)))
  }
})

test('a first write is found under its own Idempotency-Key, however many came with it', async () => {
  for (let round = 0; round < 5; round += 1) {
    const user = await app.signIn()
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        user.post('/tasks', { title: 'Once' }, { 'idempotency-key': `key-${index % 2}` }),
      ),
    )
    const made = new Set(answers.map(({ body }) => body.id))
    expect(made.size).toBe(2)
    const list = await user.get('/tasks')
    expect(list.body.total).toBe(2)
    expect(new Set(idsOf(list))).toEqual(made)
  }
})

test('a first write that finds no free connection in time is a 503, and made when tried again', async () => {
  const user = await app.signIn()
  // What the pool rejects with once all its connections have been lent for too long.
  const exhausted = new Error('timeout exceeded when trying to connect')
  vi.spyOn(app.database.pool, 'connect').mockImplementationOnce(() => Promise.reject(exhausted))
  const refused = await user.post('/tasks', { title: 'Buy milk' })
  expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  expect((await user.get('/tasks')).body.total).toBe(0)
  expect((await user.post('/tasks', { title: 'Buy milk' })).status).toBe(201)
  expect((await user.get('/tasks')).body.total).toBe(1)
})
