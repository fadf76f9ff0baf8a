import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../src/database/database.ts'
import { deadlineFromNow } from '../src/database/deadline.ts'
import type { Step } from '../src/database/statement.ts'
import { createTestDatabase, type TestDatabase } from './support/database.ts'

let own: TestDatabase
let database: Database
beforeAll(async () => {
  own = await createTestDatabase()
  database = own.database
})
afterAll(async () => {
  await database.close()
  await own.drop()
})

const insertUser = {
  name: 'test_insert_user',
  text: 'insert into users (user_id, created_at) values ($1, $2) returning user_id, created_at',
}
const findUser = { name: 'test_find_user', text: 'select user_id, created_at from users where user_id = $1' }
const divide = {
  name: 'test_divide',
  text: 'select 1 / ($2::integer) as quotient from users where user_id = $1',
}
const lockUser = { name: 'test_lock_user', text: 'select from users where user_id = $1 for update' }
const now = '2026-11-22T10:00:00.120Z'

/** However busy the machine is, the database answers in time. */
const read: Database['read'] = (userId, steps) => database.read(userId, steps, Number.POSITIVE_INFINITY)
const write: Database['write'] = (userId, steps) => database.write(userId, steps, Number.POSITIVE_INFINITY)

const insert = (userId: string): Step => ({ statement: insertUser, values: [userId, now] })
const find = (userId: string): Step => ({ statement: findUser, values: [userId] })
const failing = (userId: string): Step => ({ statement: divide, values: [userId, 0] })

test('a failed statement undoes those before it, and the error is the one of the database', async () => {
  const user = randomUUID()
  await expect(write(user, [insert(user), failing(user)])).rejects.toMatchObject({ code: '22012' })
  expect(await read(user, [find(user)])).toEqual([[]])

  // The same without the fault stays.
  await write(user, [insert(user)])
  expect(await read(user, [find(user)])).toEqual([[{ user_id: user, created_at: now }]])
})

test('transactions that share a connection with failing ones are not touched by them', async () => {
  const users = Array.from({ length: 60 }, () => randomUUID())
  const outcomes = await Promise.allSettled(
    users.map((user, index) =>
      write(user, index % 3 === 1 ? [insert(user), failing(user)] : [insert(user), find(user)]),
    ),
  )
  for (const [index, user] of users.entries()) {
    const fails = index % 3 === 1
    const row = { user_id: user, created_at: now }
    if (fails) expect(outcomes[index]).toMatchObject({ status: 'rejected', reason: { code: '22012' } })
    else expect(outcomes[index]).toEqual({ status: 'fulfilled', value: [[row], [row]] })
    expect(await read(user, [find(user)])).toEqual([fails ? [] : [row]])
  }
})

test('a statement that cannot even be prepared fails alone, every time it is tried', async () => {
  const user = randomUUID()
  const wrong = {
    statement: { name: 'test_wrong', text: 'select nothing_such from users where user_id = $1' },
    values: [user],
  }
  const [first, second, good] = await Promise.allSettled([
    write(user, [wrong]),
    write(user, [wrong]),
    write(user, [insert(user)]),
  ])
  for (const refused of [first, second]) {
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: '42703' } })
  }
  expect(good.status).toBe('fulfilled')
  await expect(write(user, [wrong])).rejects.toMatchObject({ code: '42703' })
  expect(await read(user, [find(user)])).toEqual([[{ user_id: user, created_at: now }]])
})

test('a statement first met behind a fault is there for the transactions behind', async () => {
  // More than there are connections, so that on each one what fails goes first. One user would not get all of them.
  const users = Array.from({ length: 60 }, () => randomUUID())
  await Promise.all(users.map((user) => write(user, [insert(user)])))
  const late = (user: string) => ({ statement: { ...findUser, name: 'test_late' }, values: [user] })
  const outcomes = await Promise.allSettled(
    users.map((user, index) => write(user, index < 30 ? [failing(user), late(user)] : [late(user)])),
  )

  for (const outcome of outcomes.slice(0, 30)) expect(outcome).toMatchObject({ reason: { code: '22012' } })
  for (const [index, user] of users.entries()) {
    if (index < 30) continue
    const row = { user_id: user, created_at: now }
    expect(outcomes[index]).toEqual({ status: 'fulfilled', value: [[row]] })
  }
})

test('a row without columns is still a row, the first time and every other', async () => {
  const user = randomUUID()
  const lock = { statement: lockUser, values: [user] }
  await write(user, [insert(user)])
  for (let time = 0; time < 3; time += 1) {
    expect(await write(user, [lock, find(user)])).toEqual([[{}], [{ user_id: user, created_at: now }]])
  }
  expect(await write(randomUUID(), [lock])).toEqual([[]])
})

test.each([
  ['for these values', 'auto'],
  ['for any values', 'force_generic_plan'],
] as const)('a transaction of its own plans %s, as it is asked to', async (planned, mode) => {
  const user = randomUUID()
  await write(user, [insert(user)])
  const text = "select current_setting('plan_cache_mode') as mode from users where user_id = $1"
  const step = { statement: { name: 'test_plan_mode', text }, values: [user] }
  const run = database.inOwnTransaction(user, (send) => send([step]), deadlineFromNow(600_000), planned)
  expect(await run).toEqual([[{ mode }]])
})
