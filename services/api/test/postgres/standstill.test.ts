import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import type { Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import { startApp, type Timing } from '../../src/service.ts'
import { testSecret, timingOfTests, token } from '../support/app.ts'
import { Client } from '../support/client.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { silentLog } from '../support/log.ts'
import { queryAt } from '../support/postgres.ts'
import { times } from '../support/tasks.ts'

/*
 * A process of the server that stands still, as behind a node of a distributed database that does. It is stopped while it
 * waits for a command, where it holds nothing that others need.
 */

const atLocks =
  "select pid from pg_stat_activity where application_name = 'tasklane' and wait_event_type = 'Lock'"

/** Of ten connections, the default. */
const WRITE_LANES = 5
const CONNECTIONS = 10

let cluster: Cluster
let database: Database
const stopped = new Set<number>()
const closing: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  cluster = await startCluster(['fsync=off'])
})
afterEach(async () => {
  goOn()
  for (const close of closing.splice(0).reverse()) await close()
  await cluster.stop()
})

const config = () =>
  loadConfig({ DATABASE_URL: cluster.url, JWT_SECRET: testSecret, RATE_LIMIT_PER_MINUTE: '0' })

/** The first app of a test opens the database for all of them. */
async function serve(timing: Timing = timingOfTests): Promise<string> {
  const app = await startApp(config(), { ...database, close: async () => {} }, silentLog, timing)
  closing.push(() => app.close())
  return app.listen({ host: '127.0.0.1', port: 0 })
}

async function open(graceMilliseconds: number): Promise<void> {
  database = await openDatabase(config(), silentLog, graceMilliseconds)
  closing.push(() => database.close())
}

/** Users who have a list, as callers of an app. */
function settle(count: number, url: string, ids: readonly string[] = []): Promise<Client[]> {
  return times(count, async (index) => {
    const client = new Client(url, await token({ sub: ids[index] ?? randomUUID() }))
    expect((await client.post('/tasks', { title: 'First' })).status).toBe(201)
    return client
  })
}

/** The server's processes behind the connections for writes, once all of them are open. */
async function writers(): Promise<number[]> {
  const text = 'select pg_advisory_xact_lock_shared(1)::text as locked, $1::uuid as id'
  const holder = new pg.Client({ connectionString: cluster.url })
  await holder.connect()
  await holder.query('select pg_advisory_lock(1)')
  const sent: Promise<unknown>[] = []
  let pids: number[] = []
  // One that finds all connections standing still has another one opened.
  await expect
    .poll(async () => {
      const user = randomUUID()
      sent.push(database.write(user, [{ statement: { name: 'test_waits', text }, values: [user] }]))
      pids = (await queryAt(cluster.url, atLocks)).rows.map(({ pid }) => pid)
      return pids.length
    })
    .toBeGreaterThanOrEqual(WRITE_LANES)
  await holder.end()
  await Promise.all(sent)
  // On a slow machine some were overdue, and are replaced no more.
  await expectNoMoreThanBefore()
  const left = await connections()
  return pids.filter((pid) => left.includes(pid))
}

function halt(pids: readonly number[]): void {
  for (const pid of pids) {
    process.kill(pid, 'SIGSTOP')
    stopped.add(pid)
  }
}

function goOn(): void {
  for (const pid of stopped) process.kill(pid, 'SIGCONT')
  stopped.clear()
}

async function connections(): Promise<number[]> {
  const { rows } = await queryAt(
    cluster.url,
    "select pid from pg_stat_activity where application_name = 'tasklane' order by pid",
  )
  return rows.map(({ pid }) => pid)
}

/** The first may be sent behind what stands still, before that is seen; all who come later are answered. */
async function expectOthersToGoOn(url: string): Promise<void> {
  const write = async () => {
    const client = new Client(url, await token({ sub: randomUUID() }))
    return (await client.post('/tasks', { title: 'Goes on' })).status
  }
  let answered = 0
  const tell = (status: number) => {
    if (status === 201) answered += 1
  }
  await expect
    .poll(() => {
      write().then(tell, () => {})
      return answered
    })
    .toBeGreaterThan(0)
  for (let round = 0; round < 3; round += 1) await expect.poll(write).toBe(201)
}

/** Connections in place of overdue ones are closed again. */
const expectNoMoreThanBefore = () =>
  expect.poll(async () => (await connections()).length).toBeLessThanOrEqual(CONNECTIONS)

test('while every connection for writes stands still, the writes of others go on, by as many connections again', async () => {
  await open(600_000)
  const url = await serve()
  const halted = await settle(WRITE_LANES, url)
  halt(await writers())
  const waiting = halted.map((client) => client.post('/tasks', { title: 'Waits' }))
  await expectOthersToGoOn(url)
  expect((await connections()).length).toBeLessThanOrEqual(CONNECTIONS + WRITE_LANES)

  goOn()
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(waiting.map(() => 201))
  await expectNoMoreThanBefore()
})

test('a connection that stands still is given up at the deadline of its requests, kept, and used again', async () => {
  await open(200)
  const [url, hasty] = [await serve(), await serve({ ...timingOfTests, databaseWaitMilliseconds: 300 })]
  const [halted, others] = [await settle(7, url), await settle(3, url)]
  const pids = await writers()
  halt(pids)
  const refused = await Promise.all(
    halted.map((client) => new Client(hasty, client.token).post('/tasks', { title: 'Waits' })),
  )
  expect(refused.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual(
    refused.map(() => [503, '1']),
  )
  for (const client of others) expect((await client.post('/tasks', { title: 'Goes on' })).status).toBe(201)
  expect((await connections()).length).toBeLessThanOrEqual(CONNECTIONS + WRITE_LANES)

  goOn()
  for (const client of [...halted, ...others]) {
    expect((await client.post('/tasks', { title: 'Again' })).status).toBe(201)
  }
  expect((await writers()).sort()).toEqual(pids.sort())
  await expectNoMoreThanBefore()
})

test('on a distributed database, users of a node that stands still take no connection from those of another', async () => {
  await open(600_000)
  const url = await serve()
  // It takes no more while so few wait; those who wait for the node do not count.
  const overload = {
    ...timingOfTests.overload,
    few: WRITE_LANES,
    fewest: WRITE_LANES,
    patienceMilliseconds: 50,
  }
  const strict = await serve({ ...timingOfTests, overload })
  // More than there can be connections for.
  const ids = Array.from({ length: 3 * WRITE_LANES }, () => randomUUID())
  const halted = await settle(ids.length, url, ids)
  // The part of Citus' catalogue that tells where a user is.
  await queryAt(
    cluster.url,
    `set allow_system_table_mods = on;
     create table public.halted (id text primary key);
     insert into public.halted select unnest('{${ids.join()}}'::text[]);
     create function pg_catalog.get_shard_id_for_distribution_column(regclass, anyelement) returns bigint language sql as
       'select count(*) from public.halted where id = $2::text';
     create view pg_catalog.pg_dist_placement as
       select 0::bigint as shardid, 1 as groupid union all select 1, 2`,
  )
  await writers()
  const holder = new pg.Client({ connectionString: cluster.url })
  await holder.connect()
  await holder.query('begin')
  await holder.query('select from task_lists where user_id = any($1::uuid[]) for update', [ids])
  const wait = (clients: readonly Client[]) =>
    clients.map((client) => client.post('/tasks', { title: 'Waits' }))
  const first = wait(halted.slice(0, WRITE_LANES))
  await expect.poll(async () => (await queryAt(cluster.url, atLocks)).rowCount).toBe(WRITE_LANES)
  const waiting = [...first, ...wait(halted.slice(WRITE_LANES))]
  await expectOthersToGoOn(strict)
  expect((await queryAt(cluster.url, atLocks)).rowCount).toBe(WRITE_LANES)

  await holder.query('commit')
  await holder.end()
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(waiting.map(() => 201))
  await expectNoMoreThanBefore()
})
