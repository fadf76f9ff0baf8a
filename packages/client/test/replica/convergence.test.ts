import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type NearService, startNearService } from '../near-service.ts'
import { type Command, command } from './commands.ts'
import { Household } from './household.ts'
import { smallest } from './smallest.ts'

/** How many in all. CONTRIBUTING.md has the long form. */
const COMMANDS = Number(process.env.COMMANDS ?? 20_000)
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

let server: NearService
beforeAll(async () => {
  server = await startNearService()
})
afterAll(async () => {
  await server.stop()
})

let commands = 0
let hasFailed = false

async function faultsOf(all: readonly Command[]): Promise<string[]> {
  const household = new Household(server)
  await household.start()
  for (const one of all) await one(household)
  commands += all.length
  if (isLong && commands % PROGRESS === 0) process.stderr.write(`${commands} commands so far\n`)
  await household.settle()
  const faults = await household.faults()
  await household.stop()
  return faults
}

const life = fc.array(command, { minLength: COMMANDS_IN_A_RUN, maxLength: COMMANDS_IN_A_RUN })
const lives = fc.asyncProperty(life, async (all) => {
  // On another street.
  if (hasFailed) return
  const faults = await faultsOf(all).catch((error: unknown) => [String(error)])
  hasFailed ||= faults.length > 0
  if (faults.length > 0) throw new Error(faults.join('\n'))
})

async function liveOn(street: number): Promise<void> {
  const numRuns = Math.ceil(COMMANDS / COMMANDS_IN_A_RUN / STREETS)
  await fc.assert(lives, { numRuns, seed: SEED + street, endOnFailure: true })
}

/** Lives a failure again, and looks for the fewest commands that have a fault like it. */
async function replay(path: string): Promise<void> {
  const [all = []] = fc.sample(life, { seed: SEED, path, numRuns: 1 })
  const kindOf = (faults: readonly string[]) => faults[0]?.replace(/[:\d].*/s, '')
  let last = await faultsOf(all)
  const kind = kindOf(last)
  if (kind === undefined) return
  const left = await smallest(all, async (some) => {
    const faults = await faultsOf(some).catch(() => [])
    const isLike = faults.length > 0 && kindOf(faults) === kind
    if (isLike) {
      last = faults
      process.stderr.write(`${some.length} commands, ${faults.length} faults\n`)
    }
    return isLike
  })
  throw new Error([...left, ...last].join('\n'))
}

test(
  'three replicas and a plain client agree with the API in the end, whatever breaks, and each action happened once',
  async () => {
    if (REPLAY !== undefined) return replay(REPLAY)
    await Promise.all(Array.from({ length: STREETS }, (_, street) => liveOn(street)))
    expect(commands).toBeGreaterThanOrEqual(COMMANDS)
  },
  patience,
)
