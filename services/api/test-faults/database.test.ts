import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, test } from 'vitest'
import { queryAt } from '../test/support/postgres.ts'
import type { Service } from '../test/support/service.ts'
import { conclude, patience } from './support/conclude.ts'
import { Crowd } from './support/crowd.ts'
import { type ServerHome, serverHome } from './support/home.ts'
import { Watch } from './support/watch.ts'

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
    // The fault itself: most requests wait for its end.
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
  await meet('PostgreSQL frozen until all are refused', async (crowd, watch) => {
    home.cluster.freeze()
    await refused(crowd, watch)
    home.cluster.thaw()
  })
})

test('nothing is lost or wrong when a lock holds every connection', async () => {
  await meet('every connection held by a lock until all are refused', async (crowd, watch) => {
    const holder = new pg.Client({ connectionString: home.cluster.url })
    await holder.connect()
    await holder.query('begin')
    await holder.query('lock table task_lists')
    await refused(crowd, watch)
    await holder.query('commit')
    await holder.end()
  })
})

/** As often as this `/livez` and 401s are answered while the database answers nobody, on the busiest machine. */
const FEW_ROUNDS = 3

/**
 * Resolves when all have waited for the database until they were refused; without a deadline nobody would be, and the
 * fault would last for ever. Whatever waits for the database as well is answered once meanwhile, if at all.
 */
async function refused(crowd: Crowd, watch: Watch): Promise<void> {
  const before = watch.rounds
  const end = new AbortController()
  await Promise.race([crowd.refused(), delay(patience + 1_000, undefined, { signal: end.signal })])
  end.abort()
  const rounds = watch.rounds - before
  if (rounds < FEW_ROUNDS) watch.wrong.push(`/livez and 401s were answered ${rounds} times meanwhile`)
}

/** Has users read and write through a fault, and looks all the time whether the service answers for itself. */
async function meet(fault: string, happen: (crowd: Crowd, watch: Watch) => Promise<void>): Promise<void> {
  const crowd = await Crowd.gather()
  const watch = new Watch(service.url)
  crowd.start(service.url)
  await crowd.answered(100)
  await happen(crowd, watch)
  const endedAt = performance.now()
  const first = crowd.answered(1).then(() => performance.now())
  await crowd.answered(200)
  const recoveredMilliseconds = Math.max(await first, crowd.tally.lastTroubleAt) - endedAt
  await watch.end()
  await conclude(fault, crowd, {
    recoveredMilliseconds,
    isRecoveryPromised: true,
    aliveMilliseconds: watch.slowestMilliseconds,
    wrong: watch.wrong,
  })
}
