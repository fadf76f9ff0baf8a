import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../src/config.ts'
import { openDatabase } from '../src/database/open.ts'
import { startApp } from '../src/service.ts'
import { testSecret, timingOfTests, token } from '../test/support/app.ts'
import { Client } from '../test/support/client.ts'
import { type Cluster, startCluster } from '../test/support/cluster.ts'
import { silentLog } from '../test/support/log.ts'
import { queryAt } from '../test/support/postgres.ts'
import { times } from '../test/support/tasks.ts'
import { blocksOf } from './support/markdown.ts'
import { type Pooler, startPooler } from './support/pooler.ts'
import { repository } from './support/server.ts'
import { type Standby, startStandby } from './support/standby.ts'

/*
 * A primary, a hot standby, and PgBouncer before them, which is told where the primary is. The service keeps the address
 * of PgBouncer through it all.
 */

/** What a commit waits for, as docs/scaling.md has it. */
const scaling = readFileSync(join(repository, 'docs/scaling.md'), 'utf8')
const documented = blocksOf(scaling, 'A hot standby').find(({ language }) => language === 'sql') ?? {
  text: '',
}

let primary: Cluster
let standby: Standby
let pooler: Pooler
const closing: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  primary = await startCluster(['fsync=off'])
  pooler = await startPooler(primary.url, 4)
})
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
  await pooler.stop()
  standby.stop()
  await primary.stop()
})

/** Without a wait of its own, as the service does. */
async function serve(databaseWaitMilliseconds?: number): Promise<string> {
  const env = {
    DATABASE_URL: pooler.url,
    DATABASE_PREPARE: 'off',
    JWT_SECRET: testSecret,
    RATE_LIMIT_PER_MINUTE: '0',
  }
  const config = loadConfig(env)
  const timing = databaseWaitMilliseconds === undefined ? {} : { ...timingOfTests, databaseWaitMilliseconds }
  const app = await startApp(config, await openDatabase(config, silentLog), silentLog, timing)
  closing.push(() => app.close())
  return app.listen({ host: '127.0.0.1', port: 0 })
}

const caller = async (url: string) => new Client(url, await token({ sub: randomUUID() }))

async function follow(isSynchronous: boolean): Promise<void> {
  standby = await startStandby(primary.url)
  if (isSynchronous) {
    for (const statement of documented.text.split(/;\n?/)) await queryAt(primary.url, statement)
  }
  const state = async () =>
    (await queryAt(primary.url, 'select state, sync_state from pg_stat_replication')).rows
  const expected = [{ state: 'streaming', sync_state: isSynchronous ? 'quorum' : 'async' }]
  await expect.poll(state).toEqual(expected)
}

function failOver(): void {
  standby.promote()
  pooler.pointTo(standby.url)
}

/** Which of these tasks a server does not have. */
async function lostAt(server: string, ids: readonly string[]): Promise<string[]> {
  const { rows } = await queryAt(server, 'select id from tasks')
  const kept = new Set(rows.map(({ id }) => id))
  return ids.filter((id) => !kept.has(id))
}

test('a synchronous standby that takes over under load costs 503s, and no write that was acknowledged', async () => {
  const url = await serve()
  await follow(true)
  const acknowledged: string[] = []
  const statuses = new Set<number>()
  let isOver = false
  const load = times(8, async () => {
    const client = await caller(url)
    while (!isOver) {
      const { status, body } = await client.post('/tasks', { title: 'Buy milk' })
      statuses.add(status)
      if (status === 201) acknowledged.push(body.id)
    }
  })
  await expect.poll(() => acknowledged.length).toBeGreaterThan(100)
  await primary.crash()
  await expect.poll(() => statuses.has(503)).toBe(true)
  failOver()
  const before = acknowledged.length
  await expect.poll(() => acknowledged.length).toBeGreaterThan(before + 100)
  isOver = true
  await load
  expect([...statuses].sort()).toEqual([201, 503])
  expect(await lostAt(standby.url, acknowledged)).toEqual([])
})

test('an asynchronous standby that was behind has none of the writes that it did not hear of', async () => {
  const url = await serve(timingOfTests.databaseWaitMilliseconds)
  await follow(false)
  const client = await caller(url)
  const write = async () => {
    const answers = await times(20, () => client.post('/tasks', { title: 'Buy milk' }))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    return answers.map(({ body }): string => body.id)
  }
  const heard = await write()
  await expect.poll(() => lostAt(standby.url, heard)).toEqual([])
  await standby.cutOff()
  const receivers = async () => (await queryAt(standby.url, 'select from pg_stat_wal_receiver')).rowCount
  await expect.poll(receivers).toBe(0)
  const unheard = await write()
  await primary.crash()
  failOver()
  await expect.poll(async () => (await client.post('/tasks', { title: 'Again' })).status).toBe(201)
  expect(await lostAt(standby.url, heard)).toEqual([])
  expect(await lostAt(standby.url, unheard)).toEqual(unheard)
})

test('while a synchronous standby is away, no write is acknowledged, and reads go on', async () => {
  const [url, hasty] = [await serve(timingOfTests.databaseWaitMilliseconds), await serve(1_000)]
  const client = await caller(url)
  const { body: task } = await client.post('/tasks', { title: 'Buy milk' })
  await follow(true)
  standby.stop()
  const [known, stranger] = [new Client(hasty, client.token), await caller(hasty)]
  const changed = { title: 'Not acknowledged' }
  const answers = [
    await known.post('/tasks', changed),
    await known.patch(`/tasks/${task.id}`, changed),
    await stranger.post('/tasks', changed),
    await known.post('/tasks/batch', { operations: [{ op: 'create', ...changed }] }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503])
  expect((await client.get(`/tasks/${task.id}`)).status).toBe(200)
})
