import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cluster, startCluster } from '../../../../services/api/test/support/cluster.ts'
import { type Server, startServer } from '../server.ts'
import { type Command, command } from './commands.ts'
import { Household } from './household.ts'

/** How many in all: each takes 8 ms of processor time. CONTRIBUTING.md has the long form. */
const COMMANDS = Number(process.env.COMMANDS ?? 2000)
const isLong = process.env.COMMANDS !== undefined
const COMMANDS_IN_A_RUN = 200
const PROGRESS = 10_000
/** Households that live side by side, since each waits for the API most of its time. */
const STREETS = 5
/** Fixed, so that a change is judged by what it changes. Each street has the next one. */
const SEED = Number(process.env.SEED ?? 20261127)
/** The path of a failure, beside its seed: lives it again, alone, and looks for a smaller one; tells of each. */
const { REPLAY } = process.env
/** These end a test that hangs. They judge nothing. */
const HOUR_MILLISECONDS = 60 * 60_000
const patience = (isLong || REPLAY !== undefined ? 24 : 1) * HOUR_MILLISECONDS

let cluster: Cluster
let server: Server
beforeAll(async () => {
  // It takes less processor time than the embedded engine.
  cluster = await startCluster(['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'])
  server = await startServer({ env: { DATABASE_URL: cluster.url, RATE_LIMIT_PER_MINUTE: '0' } })
})
afterAll(async () => {
  await server.stop()
  await cluster.stop()
})

let commands = 0
let hasFailed = false

async function live(all: readonly Command[]): Promise<void> {
  const household = new Household(server)
  await household.start()
  for (const one of all) await one(household)
  commands += all.length
  if (isLong && commands % PROGRESS === 0) process.stderr.write(`${commands} commands so far\n`)
  await household.settle()
  const faults = await household.faults()
  await household.stop()
  if (REPLAY !== undefined) process.stderr.write(`${all.length} commands, ${faults.length} faults\n`)
  if (faults.length > 0) throw new Error(faults.join('\n'))
}

const lives = fc.asyncProperty(
  fc.array(command, { minLength: COMMANDS_IN_A_RUN, maxLength: COMMANDS_IN_A_RUN }),
  async (all) => {
    // On another street.
    if (hasFailed && REPLAY === undefined) return
    try {
      await live(all)
    } catch (error) {
      hasFailed = true
      throw error
    }
  },
)

async function liveOn(street: number): Promise<void> {
  const numRuns = Math.ceil(COMMANDS / COMMANDS_IN_A_RUN / STREETS)
  await fc.assert(lives, { numRuns, seed: SEED + street, endOnFailure: true })
}

test(
  'three replicas and a plain client agree with the API in the end, whatever breaks, and each action happened once',
  async () => {
    if (REPLAY !== undefined) return fc.assert(lives, { seed: SEED, path: REPLAY, numRuns: 1 })
    await Promise.all(Array.from({ length: STREETS }, (_, street) => liveOn(street)))
    expect(commands).toBeGreaterThanOrEqual(COMMANDS)
  },
  patience,
)
