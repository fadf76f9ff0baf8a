import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Owner } from '../src/database/owner.ts'
import {
  type Account,
  authSecret,
  freshEmail,
  signUp,
  startIssuingApp,
  withToken,
} from './support/accounts.ts'
import type { TestApp } from './support/app.ts'
import { type Answer, Client } from './support/client.ts'
import { holdDatabase } from './support/held-database.ts'
import { skipTime, untilTimersRan } from './support/passing-time.ts'
import { type SecondApp, startSecondApp } from './support/second-app.ts'
import { times } from './support/tasks.ts'

/** What a test begins with and ends with takes its time; only what is sent to the second app has to be quick. */
let app: TestApp
let hasty: SecondApp
beforeAll(async () => {
  app = await startIssuingApp()
  const env = { JWT_SECRET: '', AUTH_SECRET: authSecret }
  hasty = await startSecondApp(app, env, { databaseWaitMilliseconds: 300 })
})
afterAll(async () => {
  await hasty.close()
  await app.close()
})

interface Tenant {
  account: Account
  client: Client
  id: string
  trashed: string
}

async function settle(): Promise<Tenant> {
  const account = await signUp(app)
  const client = await withToken(app, account.session)
  const [kept, deleted] = [
    await client.post('/tasks', { title: 'Kept' }),
    await client.post('/tasks', { title: 'Deleted' }),
  ]
  await client.delete(`/tasks/${deleted.body.id}`)
  return { account, client, id: kept.body.id, trashed: deleted.body.id }
}

/** The same tenant at the app that does not wait long. */
function hurried({ client, ...tenant }: Tenant): Tenant {
  return { ...tenant, client: new Client(hasty.url, client.token) }
}

/** What a tenant may ask; every kind of wait for the database is among it, and each request by itself would be done. */
const kinds: ((tenant: Tenant) => Promise<Answer>)[] = [
  ({ client, id }) => client.get(`/tasks/${id}`),
  ({ client }) => client.get('/tasks'),
  ({ client }) => client.get('/tasks?completed=false&sort=title'),
  ({ client }) => client.get('/tasks', { 'if-none-match': '"1"' }),
  ({ client }) => client.post('/tasks', { title: 'Never' }),
  ({ client }) => client.post('/tasks', { title: 'Never' }, { 'idempotency-key': randomUUID() }),
  ({ client, id }) => client.patch(`/tasks/${id}`, { title: 'Never' }),
  ({ client, id }) => client.delete(`/tasks/${id}`),
  ({ client }) => client.post('/tasks/batch', { operations: [{ op: 'create', title: 'Never' }] }),
  ({ client, trashed }) => client.post(`/trash/${trashed}/restore`),
  ({ client, trashed }) => client.delete(`/trash/${trashed}`),
  ({ client }) => client.get('/trash'),
  ({ client }) => client.delete('/trash'),
  ({ client }) => client.get('/tasks/changes'),
  ({ client }) => client.get('/tasks/events'),
  ({ client }) => client.get('/me'),
  ({ client }) => client.get('/.well-known/jwks.json'),
  ({ account: { session } }) => new Client(hasty.url, session).get('/auth/token'),
  ({ account: { session } }) => new Client(hasty.url, session).post('/auth/sign-out'),
  ({ account: { session } }) => new Client(hasty.url, session).get('/auth/sessions'),
  ({ account: { session } }) => new Client(hasty.url, session).delete('/auth/sessions'),
  ({ account: { session } }) => new Client(hasty.url, session).delete(`/auth/sessions/${randomUUID()}`),
  ({ account: { session, password } }) =>
    new Client(hasty.url, session).post('/auth/password', {
      current_password: password,
      new_password: 'never to be used',
    }),
  ({ account: { email, password } }) =>
    new Client(hasty.url).post('/auth/sign-in/email', { email, password }),
  () =>
    new Client(hasty.url).post('/auth/sign-up/email', { email: freshEmail(), password: 'never to be used' }),
]

test('while the database is held every request is a 503 in time, and none is done afterwards', async () => {
  const tenants = await times(3, settle)
  const newcomers = await times(2, async () => {
    const account = await signUp(app)
    return { account, client: await withToken(app, account.session), id: randomUUID(), trashed: randomUUID() }
  })
  const held = await holdDatabase(app)
  const before = await held.contents()
  // Whether they are answered while it is held, not how soon: without a bound they would wait for its release.
  const answers = await Promise.all([
    ...tenants.map(hurried).flatMap((tenant) => kinds.map((ask) => ask(tenant))),
    ...newcomers.map(hurried).map(({ client }) => client.post('/tasks', { title: 'Never' })),
    ...newcomers
      .map(hurried)
      .map(({ client }) => client.post('/tasks/batch', { operations: [{ op: 'create', title: 'Never' }] })),
  ]).finally(held.release)
  const done = answers.filter(({ status }) => status !== 503)
  expect(done.map(({ status, text }) => `${status} ${text}`)).toEqual([])
  expect(new Set(answers.map(({ headers }) => headers.get('retry-after')))).toEqual(new Set(['1']))
  await held.quiet()
  expect(await held.contents()).toEqual(before)
  for (const { client, id } of tenants) {
    expect((await client.get(`/tasks/${id}`)).body).toMatchObject({ title: 'Kept' })
    expect((await client.patch(`/tasks/${id}`, { title: 'Changed' })).status).toBe(200)
  }
  for (const { client } of newcomers) expect((await client.post('/tasks', { title: 'x' })).status).toBe(201)
  expect((await app.anonymous.get('/readyz')).status).toBe(200)
})

test('a request that comes while the database is held is done when it is released in time', async () => {
  const { client } = await settle()
  const held = await holdDatabase(app)
  const answers = times(20, () => client.post('/tasks', { title: 'Waits' }))
  const reads = times(20, () => client.get('/tasks'))
  // They have arrived when a request behind them, which needs no database, is answered.
  await app.anonymous.get('/livez').finally(held.release)
  expect((await answers).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201))
  expect((await reads).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
})

test('what outlives its request waits as long for the last restore as for all else', async () => {
  const { pool } = app.database
  const lent = await times(pool.options.max, () => pool.connect())
  // More than a request waits, and less than a connection to a server.
  skipTime(8_000)
  const hooks = { provision: async () => {}, changed: () => {}, waitMilliseconds: 60_000 }
  const restored = new Owner(randomUUID(), app.database, hooks).withoutDeadline().lastRestore()
  await untilTimersRan()
  for (const client of lent) client.release()
  expect(await restored).toBe(0)
})
