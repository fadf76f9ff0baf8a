import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { queryAt } from '../test/support/postgres.ts'
import type { Service } from '../test/support/service.ts'
import { conclude, isLong, promised } from './support/conclude.ts'
import { Crowd } from './support/crowd.ts'
import { type ServerHome, serverHome } from './support/home.ts'
import { Watch } from './support/watch.ts'

/** Longer than any request waits for the database. */
const LONG_MILLISECONDS = 6_000

let home: ServerHome
let service: Service
beforeAll(async () => {
  home = await serverHome()
  service = await home.start()
})
afterAll(() => home.remove())

test('nothing is lost or wrong when the database is restarted', async () => {
  await meet('PostgreSQL restarted', async () => {
    await home.cluster.pause()
    await home.cluster.resume()
  })
})

test('nothing is lost or wrong when the database is killed', async () => {
  await meet('PostgreSQL killed', async () => {
    await home.cluster.crash()
    await home.cluster.resume()
  })
})

test('nothing is lost or wrong when the database is down for a while', async () => {
  await meet('PostgreSQL down for 3 s', async () => {
    await home.cluster.pause()
    await delay(3_000)
    await home.cluster.resume()
  })
})

test('nothing is lost or wrong when the database ends every connection', async () => {
  await meet('PostgreSQL ends all connections', async () => {
    await queryAt(
      home.cluster.url,
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname is not null',
    )
  })
})

test('nothing is lost or wrong when the database stands still', async () => {
  await meet('PostgreSQL frozen for 6 s', async () => {
    home.cluster.freeze()
    await delay(LONG_MILLISECONDS)
    home.cluster.thaw()
  })
})

test('nothing is lost or wrong when a lock holds every connection', async () => {
  await meet('every connection held by a lock for 6 s', async () => {
    const holder = new pg.Client({ connectionString: home.cluster.url })
    await holder.connect()
    await holder.query('begin')
    await holder.query('lock table task_lists')
    await delay(LONG_MILLISECONDS)
    await holder.query('commit')
    await holder.end()
  })
})

/** Has users read and write through a fault, and looks all the time whether the service answers for itself. */
async function meet(fault: string, happen: () => Promise<void>): Promise<void> {
  const crowd = await Crowd.gather()
  const watch = new Watch(service.url)
  crowd.start(service.url)
  await crowd.answered(200)
  await happen()
  const endedAt = performance.now()
  const first = crowd.answered(1).then(() => performance.now())
  await crowd.answered(300)
  const recoveredMilliseconds = Math.max(await first, crowd.tally.lastTroubleAt) - endedAt
  await watch.end()
  await conclude(fault, crowd, { recoveredMilliseconds, wrong: watch.wrong })
  if (!isLong) return
  expect(crowd.tally.slowestMilliseconds).toBeLessThan(promised.slowestMilliseconds)
  expect(recoveredMilliseconds).toBeLessThan(promised.recoveredMilliseconds)
  expect(watch.slowestMilliseconds).toBeLessThan(promised.aliveMilliseconds)
}
