import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/database/open.ts'
import { startApp } from '../../src/service.ts'
import { startTestApp, testSecret, token } from '../support/app.ts'
import { Client } from '../support/client.ts'
import { startCluster } from '../support/cluster.ts'
import { createTestDatabase } from '../support/database.ts'
import { silentLog } from '../support/log.ts'
import { makeKey, signWith } from '../support/outside-issuer.ts'

test('a service under load outlives a restart of its database, with 503 at worst meanwhile', async () => {
  const cluster = await startCluster()
  const config = loadConfig({ DATABASE_URL: cluster.url, JWT_SECRET: testSecret, RATE_LIMIT_PER_MINUTE: '0' })
  const app = await startApp(config, await openDatabase(config, silentLog), silentLog)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const clients = await Promise.all(
    Array.from({ length: 8 }, async () => new Client(url, await token({ sub: randomUUID() }))),
  )
  let isOver = false
  const seen = new Set<number>()
  const load = clients.map(async (client, index) => {
    for (let round = 0; !isOver; round += 1) {
      const stranger = new Client(url, await token({ sub: randomUUID() }))
      const caller = round % 3 === 0 ? stranger : client
      const { status } =
        (index + round) % 2 === 0 ? await caller.post('/tasks', { title: 'x' }) : await client.get('/tasks')
      seen.add(status)
    }
  })
  const all = Promise.all(load)
  await expect.poll(() => seen.has(200) && seen.has(201)).toBe(true)
  await cluster.pause()
  // A bad token is refused for what it is even now.
  expect((await new Client(url, 'x.y.z').get('/tasks')).status).toBe(401)
  await expect.poll(() => seen.has(503)).toBe(true)
  expect((await clients[0]?.get('/readyz'))?.status).toBe(503)
  expect((await clients[0]?.get('/livez'))?.status).toBe(200)
  await cluster.resume()
  await expect.poll(async () => (await clients[0]?.post('/tasks', { title: 'again' }))?.status).toBe(201)
  isOver = true
  await all
  expect([...seen].sort()).toEqual([200, 201, 503])
  await app.close()
  await cluster.stop()
})

test('a read whose connection is ended by the server is made again on another', async () => {
  const { database, drop } = await createTestDatabase({ DATABASE_POOL_SIZE: '5', JWT_SECRET: testSecret })
  const user = randomUUID()
  const holder = await database.pool.connect()
  await holder.query('select pg_advisory_lock(1)')
  const text = 'select $1::uuid as id, pg_advisory_xact_lock(1)::text as locked'
  const answer = database.read(user, [{ statement: { name: 'test_waits', text }, values: [user] }])
  const end = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query = $1 and wait_event_type = 'Lock'`
  await expect.poll(async () => (await database.pool.query(end, [text])).rowCount).toBe(1)
  await holder.query('select pg_advisory_unlock(1)')
  holder.release()
  expect(await answer).toEqual([[{ id: user, locked: '' }]])
  await database.close()
  await drop()
})

test.each(['on', 'off'])(
  'with DATABASE_PREPARE=%s no connection keeps a transaction or a user',
  async (prepare) => {
    const app = await startTestApp({ DATABASE_PREPARE: prepare })
    const users = await Promise.all(Array.from({ length: 10 }, () => app.signIn()))
    for (const user of users) {
      const { body: task } = await user.post('/tasks', { title: 'Buy milk' })
      expect((await user.patch(`/tasks/${task.id}`, { completed: true })).status).toBe(200)
      expect((await user.get('/tasks')).body.total).toBe(1)
      expect((await user.patch(`/tasks/${randomUUID()}`, { completed: true })).status).toBe(404)
      expect((await user.delete(`/tasks/${task.id}`)).status).toBe(204)
    }
    const { rows } = await app.database.pool.query<{ state: string; application_name: string }>(
      `select state from pg_stat_activity
     where datname = current_database() and application_name = 'tasklane' and pid <> pg_backend_pid()`,
    )
    expect(rows.length).toBeGreaterThan(1)
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['idle']))
    const left = await app.database.pool.query(
      "select current_setting('app.user_id', true) as id, current_user as role",
    )
    expect(left.rows[0]?.id ?? '').toBe('')
    expect(left.rows[0]?.role).not.toBe('tasklane_app')
    await app.close()
  },
)

test('an account is refused with 503, not 500, while the database is away', async () => {
  const cluster = await startCluster()
  const config = loadConfig({ DATABASE_URL: cluster.url, AUTH_SECRET: testSecret })
  const app = await startApp(config, await openDatabase(config, silentLog), silentLog)
  const client = new Client(await app.listen({ host: '127.0.0.1', port: 0 }))
  const credentials = { email: 'alice@example.com', password: 'correct horse' }
  const { body: session } = await client.post('/auth/sign-up/email', credentials)
  const signedIn = new Client(client.url, session.token)
  await cluster.pause()
  const answers = [
    await client.post('/auth/sign-up/email', { ...credentials, email: 'bob@example.com' }),
    await client.post('/auth/sign-in/email', credentials),
    await signedIn.get('/auth/token'),
    await client.get('/.well-known/jwks.json'),
  ]
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503])
  // A token that is none is refused for what it is, by a key that we would have to ask the database for as well.
  for (const stranger of [makeKey('EdDSA'), makeKey('EdDSA', 'unknown')]) {
    expect((await new Client(client.url, signWith(stranger)).get('/tasks')).status).toBe(401)
  }
  await cluster.resume()
  expect((await signedIn.get('/auth/token')).status).toBe(200)
  await app.close()
  await cluster.stop()
})
