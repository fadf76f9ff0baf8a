import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

test('a transaction that fails takes none with it that was sent right behind it', async () => {
  const user = randomUUID()
  const step = (name: string, text: string) => ({ statement: { name, text }, values: [user] })
  for (let round = 0; round < 5; round += 1) {
    const failing = step('test_fails', 'select 1 / 0 where $1::uuid is not null')
    const fresh = step(`test_fresh_${round}`, 'select $1::uuid as id')
    // As many as there are connections, several times over, so that each gets both kinds. One user would not get all.
    const send = (...steps: Parameters<typeof app.database.write>[1][number][]) =>
      Promise.allSettled(
        Array.from({ length: 12 }, () => app.database.write(randomUUID(), steps, Number.POSITIVE_INFINITY)),
      )
    const [failed, others] = await Promise.all([send(failing, fresh), send(fresh)])
    expect(new Set(failed.map(({ status }) => status))).toEqual(new Set(['rejected']))
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set(['fulfilled']))
  }
})

test('a transaction that fails at its very end takes none with it either', async () => {
  const send = (name: string, text: string) =>
    Promise.allSettled(
      Array.from({ length: 12 }, () =>
        app.database.write(
          randomUUID(),
          [{ statement: { name, text }, values: [] }],
          Number.POSITIVE_INFINITY,
        ),
      ),
    )
  const statuses = (outcomes: PromiseSettledResult<unknown>[]) => outcomes.map(({ status }) => status)
  await send('test_plain', 'select 1')
  const [forgetting, others] = await Promise.all([
    send('test_forgets_commit', 'deallocate commit'),
    send('test_plain', 'select 1'),
  ])
  expect(statuses(forgetting)).toContain('rejected')
  expect(statuses(others)).not.toContain('rejected')
})

test('no request on tasks waits for a plan to be made for its values', async () => {
  const user = await app.signIn()
  for (let number = 0; number < 3; number += 1) await user.post('/tasks', { title: `Task ${number}` })
  const { body } = await user.get('/tasks?per_page=1')
  const pages = Array.from({ length: 24 }, () => user.get(`/tasks?per_page=1&cursor=${body.next_cursor}`))
  for (const page of await Promise.all(pages)) expect(page.body.data).toHaveLength(1)

  const known = {
    name: 'test_prepared',
    text: `select name, generic_plans, custom_plans from pg_prepared_statements
           where name like 'task%' and $1::uuid is not null`,
  }
  const reads = Array.from({ length: 12 }, () =>
    app.database.read(user.id, [{ statement: known, values: [user.id] }], Number.POSITIVE_INFINITY),
  )
  const statements = (await Promise.all(reads)).flat(2)
  expect(statements.filter(({ generic_plans: times }) => Number(times) > 0)).not.toEqual([])
  expect(statements.filter(({ custom_plans: times }) => Number(times) > 0)).toEqual([])
})
