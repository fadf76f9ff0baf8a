import { randomUUID } from 'node:crypto'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../src/config.ts'
import { openDatabase } from '../src/database/open.ts'
import { startApp } from '../src/service.ts'
import { testSecret, token } from '../test/support/app.ts'
import { Client } from '../test/support/client.ts'
import { type Cluster, startCluster } from '../test/support/cluster.ts'
import { silentLog } from '../test/support/log.ts'
import { databaseUrl, queryAt } from '../test/support/postgres.ts'
import { type Pooler, startPooler } from './support/pooler.ts'

/** The fewest that will do: who starts holds one for the lock while it works on the other. */
const POOL_SIZE = 2

let cluster: Cluster
let pooler: Pooler
beforeAll(async () => {
  cluster = await startCluster(['fsync=off'])
  return cluster.stop
})
beforeAll(async () => {
  pooler = await startPooler(cluster.url, POOL_SIZE)
  return pooler.stop
})

test('services that start at once on an empty database share two connections, and all of them come up', async () => {
  const database = await createDatabase()
  const services = await Promise.all(Array.from({ length: 5 }, () => startService(database)))
  const user = randomUUID()
  const clients = await Promise.all(
    services.map(async ({ url }) => new Client(url, await token({ sub: user }))),
  )
  for (const client of clients) expect((await client.post('/tasks', { title: 'Buy milk' })).status).toBe(201)
  for (const client of clients) expect((await client.get('/tasks')).body.total).toBe(services.length)
})

test('users who share two connections have their own tasks only, and leave nothing on a connection', async () => {
  const database = await createDatabase()
  const { url } = await startService(database)
  const users = await Promise.all(
    Array.from({ length: 20 }, async () => new Client(url, await token({ sub: randomUUID() }))),
  )
  const created = await Promise.all(
    users.map((user, index) => user.post('/tasks', { title: `Task ${index}` })),
  )
  await Promise.all(
    users.map(async (user, index) => {
      const own = created[index]?.body
      const foreign = created[(index + 1) % users.length]?.body
      for (let round = 0; round < 10; round += 1) {
        const [list, one, other, changed] = await Promise.all([
          user.get('/tasks'),
          user.get(`/tasks/${own.id}`),
          user.get(`/tasks/${foreign.id}`),
          user.patch(`/tasks/${own.id}`, { description: `round ${round}` }),
        ])
        expect(list.body).toMatchObject({ data: [{ id: own.id, title: `Task ${index}` }], total: 1 })
        expect([one.status, other.status, changed.status]).toEqual([200, 404, 200])
        expect((await user.delete(`/tasks/${foreign.id}`)).status).toBe(404)
      }
      expect((await user.delete(`/tasks/${own.id}`)).status).toBe(204)
      expect((await user.get('/tasks')).body).toMatchObject({ data: [], total: 0 })
    }),
  )
  const left = "select current_user as role, coalesce(current_setting('app.user_id', true), '') as user"
  for (let look = 0; look < 10; look += 1) {
    expect((await queryAt(databaseUrl(pooler.url, database), left)).rows).toEqual([
      { role: 'postgres', user: '' },
    ])
  }
})

test('an account is made, used and deleted', async () => {
  const { url } = await startService(await createDatabase(), { JWT_SECRET: '', AUTH_SECRET: testSecret })
  const credentials = { email: 'alice@example.com', password: 'correct horse' }
  const { body: session } = await new Client(url).post('/auth/sign-up/email', credentials)
  const { body } = await new Client(url, session.token).get('/auth/token')
  const alice = new Client(url, body.token)
  expect((await alice.post('/tasks', { title: 'Buy milk' })).status).toBe(201)
  expect((await alice.get('/me')).body).toMatchObject({ task_count: 1 })
  expect((await alice.delete('/me')).status).toBe(204)
  expect((await alice.get('/tasks')).status).toBe(401)
})

async function createDatabase(): Promise<string> {
  const name = `tasklane_${randomUUID().replaceAll('-', '')}`
  await queryAt(cluster.url, `create database ${name}`)
  return name
}

/** Until the test ends. PgBouncer keeps prepared statements since 1.21 only, which not every system has. */
async function startService(database: string, env: NodeJS.ProcessEnv = {}): Promise<{ url: string }> {
  const config = loadConfig({
    JWT_SECRET: testSecret,
    RATE_LIMIT_PER_MINUTE: '0',
    DATABASE_PREPARE: 'off',
    DATABASE_URL: databaseUrl(pooler.url, database),
    ...env,
  })
  const app = await startApp(config, await openDatabase(config, silentLog), silentLog)
  onTestFinished(() => app.close())
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }) }
}
