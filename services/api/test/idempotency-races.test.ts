import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { Owner } from '../src/database/owner.ts'
import { Retention } from '../src/retention/retention.ts'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import { silentLog } from './support/log.ts'
import { RawConnection } from './support/raw.ts'
import { expectReplay, isReplay, keyed, trashedTask } from './support/replays.ts'
import { asUser } from './support/seed.ts'
import { idsOf } from './support/walk.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterEach(() => vi.restoreAllMocks())
afterAll(() => app.close())

/** As if all the user's keys had been used a day earlier. */
const expireKeys = (user: User) =>
  asUser(app.database, user.id, [
    "update idempotency_keys set expires_at = expires_at - interval '24 hours' where user_id = $1",
    user.id,
  ])

const keysOf = async (user: User) => {
  const rows = await asUser(app.database, user.id, [
    'select key from idempotency_keys where user_id = $1 order by key',
    user.id,
  ])
  return rows.map(({ key }) => key)
}

test.each(['first write ever', 'later write'])('50 at once with one key make one task (%s)', async (kind) => {
  const user = await app.signIn()
  if (kind === 'later write') await user.post('/tasks', { title: 'Earlier' })
  const before = (await user.get('/tasks')).body.total
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => user.post('/tasks', { title: 'Once' }, keyed('a'))),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
  expect(new Set(answers.map(({ text, headers }) => text + headers.get('etag'))).size).toBe(1)
  expect(answers.filter((answer) => !isReplay(answer))).toHaveLength(1)
  const { body } = await user.get('/tasks')
  expect(body.total).toBe(before + 1)
  expect(body.data).toHaveLength(before + 1)
})

test.each(['first write ever', 'later write'])(
  '20 batches at once with one key are one (%s)',
  async (kind) => {
    const user = await app.signIn()
    if (kind === 'later write') await user.post('/tasks', { title: 'Earlier' })
    const before = (await user.get('/tasks')).body.total
    const batch = { operations: [{ op: 'create', title: 'Once' }] }
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => user.post('/tasks/batch', batch, keyed('a'))),
    )
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(answers[0]?.status).toBe(200)
    expect(answers.filter((answer) => !isReplay(answer))).toHaveLength(1)
    expect((await user.get('/tasks')).body.total).toBe(before + 1)
  },
)

test('20 restores at once with one key all get the task', async () => {
  const user = await app.signIn()
  const id = await trashedTask(user)
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => user.post(`/trash/${id}/restore`, undefined, keyed('a'))),
  )
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  expect(answers[0]).toMatchObject({ status: 200, body: { id } })
  expect(answers.filter((answer) => !isReplay(answer))).toHaveLength(1)
})

test('a key is kept for 24 hours and then free again', async () => {
  const user = await app.signIn()
  const first = await user.post('/tasks', { title: 'First' }, keyed('a'))
  await user.post('/tasks', { title: 'Other' }, keyed('b'))
  const [row] = await asUser(app.database, user.id, [
    'select extract(epoch from min(expires_at) - now())::float as seconds from idempotency_keys where user_id = $1',
    user.id,
  ])
  expect(Math.abs(Number(row?.seconds) - 24 * 60 * 60)).toBeLessThan(60)

  await expireKeys(user)
  const again = await user.post('/tasks', { title: 'Second' }, keyed('a'))
  expect(again).toMatchObject({ status: 201, body: { title: 'Second' } })
  expect(isReplay(again)).toBe(false)
  expect(again.body.id).not.toBe(first.body.id)
  expect(await keysOf(user)).toEqual(['a'])

  await expireKeys(user)
  const batch = { operations: [{ op: 'create', title: 'Third' }] }
  expect(isReplay(await user.post('/tasks/batch', batch, keyed('a')))).toBe(false)
  expect((await user.get('/tasks')).body.total).toBe(4)
})

test('a key that is gone when its answer is looked for is as good as new', async () => {
  // The first transaction with this key finds it taken, by one that is gone before anybody can look.
  await app.database.pool.query('create sequence takings')
  await app.database.pool.query(`
    create function take() returns trigger language plpgsql security definer as $$
    begin
      if nextval('takings') = 1 then raise exception 'taken' using errcode = '23505'; end if;
      return new;
    end $$`)
  await app.database.pool.query(`
    create trigger take before insert on idempotency_keys
    for each row when (new.key = 'vanishing') execute function take()`)
  const user = await app.signIn()
  const first = await user.post('/tasks', { title: 'Buy milk' }, keyed('vanishing'))
  expect(first.status).toBe(201)
  expectReplay(await user.post('/tasks', { title: 'Buy milk' }, keyed('vanishing')), first)
  expect((await user.get('/tasks')).body.total).toBe(1)
})

test('the upkeep sweeps expired keys and keeps the others', async () => {
  const user = await app.signIn()
  const hooks = { provision: async () => {}, changed: () => {} }
  const ownerOf = (userId: string) => new Owner(userId, app.database, hooks)
  const upkeep = new Retention({ pool: app.database.pool, log: silentLog, retentionDays: 30, ownerOf })
  await user.post('/tasks', { title: 'Old' }, keyed('old'))
  await expireKeys(user)
  await asUser(app.database, user.id, [
    `insert into idempotency_keys (user_id, key, request_hash, expires_at, status, body)
     values ($1, 'new', '', now() + interval '1 hour', 200, '')`,
    user.id,
  ])
  expect(await keysOf(user)).toEqual(['new', 'old'])
  await upkeep.run(new Date())
  expect(await keysOf(user)).toEqual(['new'])
})

test('requests that make room for themselves at once do not get in each other’s way', async () => {
  const user = await app.signIn()
  for (let round = 0; round < 4; round += 1) {
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        user.post('/tasks', { title: 'x' }, keyed(`${round}-${index}`)),
      ),
    )
    await expireKeys(user)
    const batch = { operations: [{ op: 'create', title: 'y' }] }
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        index % 2 === 0
          ? user.post('/tasks', { title: 'x' }, keyed(`next-${round}-${index}`))
          : user.post('/tasks/batch', batch, keyed(`next-${round}-${index}`)),
      ),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201]))
  }
  expect((await user.get('/tasks?per_page=1')).body.total).toBe(4 * 24)
})

test('a repeat after the answer was lost gets that answer', async () => {
  const user = await app.signIn()
  await user.post('/tasks', { title: 'Earlier' })
  const write = app.database.write
  vi.spyOn(app.database, 'write').mockImplementationOnce(async (userId, steps) => {
    await write(userId, steps)
    throw Object.assign(new Error('lost after the commit'), { code: 'ECONNRESET' })
  })
  const lost = await user.post('/tasks', { title: 'Once' }, keyed('a'))
  expect(lost.status).toBeGreaterThanOrEqual(500)
  const { body: list } = await user.get('/tasks')
  expect(list.total).toBe(2)

  const repeat = await user.post('/tasks', { title: 'Once' }, keyed('a'))
  expect(repeat).toMatchObject({ status: 201, body: list.data[0] })
  expect(isReplay(repeat)).toBe(true)
  expect(repeat.headers.get('etag')).toBe((await user.get(`/tasks/${repeat.body.id}`)).headers.get('etag'))
  expect((await user.get('/tasks')).body.total).toBe(2)
})

/** Sends a request and hangs up as soon as it has left. */
async function sendAndHangUp(user: User, path: string, body: unknown, key: string): Promise<void> {
  const text = JSON.stringify(body)
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: x',
    `authorization: Bearer ${user.token}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    `idempotency-key: ${key}`,
  ]
  const connection = await RawConnection.open(user.url)
  connection.socket.write(`${head.join('\r\n')}\r\n\r\n${text}`, () => connection.destroy())
  await connection.ended()
}

test.each(['/tasks', '/tasks/batch'])(
  'a POST %s that was hung up on and is sent again happens once',
  async (path) => {
    const user = await app.signIn()
    const body = path === '/tasks' ? { title: 'Once' } : { operations: [{ op: 'create', title: 'Once' }] }
    await Promise.all(Array.from({ length: 5 }, () => sendAndHangUp(user, path, body, 'a')))
    const answers = [await user.post(path, body, keyed('a')), await user.post(path, body, keyed('a'))]
    expect(answers[0]?.status).toBe(path === '/tasks' ? 201 : 200)
    expect(answers[1]?.text).toBe(answers[0]?.text)
    expect(answers[1] !== undefined && isReplay(answers[1])).toBe(true)
    expect(idsOf(await user.get('/tasks'))).toHaveLength(1)
  },
)
