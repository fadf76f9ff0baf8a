import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runDistribute } from '../../src/commands/distribute.ts'
import {
  type Coordinator,
  type Coordinators,
  calls,
  configOf,
  fault,
  run,
  start,
  startCoordinators,
  startService,
  tables,
  unforced,
} from '../support/coordinators.ts'
import type { Running } from '../support/tasklane.ts'

let coordinators: Coordinators
beforeAll(async () => {
  coordinators = await startCoordinators()
})
afterAll(() => coordinators.stop())

test('a rebalance lifts row-level security from the owner for as long as it moves rows', async () => {
  const here = await coordinators.coordinatorOfPlain()
  await expect(runDistribute(configOf(here.url), [], { rebalance: true })).rejects.toThrow(
    'distribute` first',
  )
  expect((await run(here.url)).code).toBe(0)
  const { code, output } = await run(here.url, '--rebalance')
  expect([code, output]).toEqual([0, expect.stringContaining('spread evenly')])
  expect(await calls(here)).toContain('rebalance users')
  expect(await unforced(here)).toEqual([])
  await fault(here, 'rebalance_table_shards')
  const failed = await run(here.url, '--rebalance')
  expect([failed.code, failed.output]).toEqual([1, expect.stringContaining('no such node')])
  expect(await unforced(here)).toEqual([])
})

/** A rebalance that is at work until the holder lets it go on. */
async function rebalancing(here: Coordinator): Promise<Running & { holder: pg.Client }> {
  expect((await run(here.url)).code).toBe(0)
  const holder = new pg.Client({ connectionString: here.url })
  await holder.connect()
  await holder.query('select pg_advisory_lock(77)')
  const running = start(here.url, '--rebalance')
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  await expect.poll(async () => (await holder.query(waiting)).rowCount).toBe(1)
  expect(await unforced(here)).toEqual(tables)
  return { ...running, holder }
}

test('a rebalance that is stopped by Ctrl-C puts row-level security back, and no second one runs beside it', async () => {
  const here = await coordinators.coordinator()
  const { child, ended, holder } = await rebalancing(here)
  await expect(runDistribute(configOf(here.url), [], { rebalance: true })).rejects.toThrow(
    'Another rebalance',
  )
  child.kill('SIGINT')
  const { code, errors } = await ended
  expect([code, errors]).toEqual([1, expect.stringContaining('Stopped')])
  expect(await unforced(here)).toEqual([])
  await holder.end()
  await startService(here)
})

test('after a rebalance that was killed no service starts, until the next run has put row-level security back', async () => {
  const here = await coordinators.coordinator()
  const { child, ended, holder } = await rebalancing(here)
  child.kill('SIGKILL')
  await ended
  await holder.end()
  await expect(startService(here)).rejects.toThrow('row-level security is not forced')
  const { code, output } = await run(here.url)
  expect([code, output]).toEqual([0, expect.stringContaining('put it back')])
  expect(await unforced(here)).toEqual([])
  await startService(here)
})
