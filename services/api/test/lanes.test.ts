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
    // As many as there are connections, several times over, so that each gets both kinds.
    const send = (...steps: Parameters<typeof app.database.write>[1][number][]) =>
      Promise.allSettled(Array.from({ length: 12 }, () => app.database.write(user, steps)))
    const [failed, others] = await Promise.all([send(failing, fresh), send(fresh)])
    expect(new Set(failed.map(({ status }) => status))).toEqual(new Set(['rejected']))
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set(['fulfilled']))
  }
})
