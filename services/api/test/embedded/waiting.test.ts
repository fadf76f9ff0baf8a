import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { createTestDatabase } from '../support/database.ts'
import { skipTime, untilTimersRan } from '../support/passing-time.ts'

const AN_HOUR = 3_600_000

let database: Database
beforeEach(async () => {
  ;({ database } = await createTestDatabase())
})
afterEach(() => database.close())

test('a process that stands still for an hour while it connects is connected afterwards', async () => {
  skipTime(AN_HOUR)
  const client = await database.pool.connect()
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  client.release()
})

test('whoever waits an hour for a connection that others have gets one in the end', async () => {
  skipTime(AN_HOUR)
  const others = [await database.pool.connect(), await database.pool.connect()]
  const waiting = database.pool.connect()
  expect(database.pool.waitingCount).toBe(1)
  await untilTimersRan()
  for (const client of others) client.release()
  const client = await waiting
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  client.release()
})
