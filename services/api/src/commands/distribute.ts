import { pino } from 'pino'
import { openDatabase } from '../database/open.ts'
import { check } from '../distribution/check.ts'
import { distribute } from '../distribution/distribute.ts'
import { rebalance } from '../distribution/rebalance.ts'
import type { RunCommand } from './run-command.ts'

const tell = (text: string) => void process.stdout.write(text)

/** `tasklane distribute`: on the coordinator of a Citus cluster; docs/scaling.md says when. */
export const runDistribute: RunCommand = async (config, _operands, options) => {
  if (config.databaseUrl === undefined) {
    throw new Error(
      'The embedded database is of one process: set DATABASE_URL to the address of the coordinator, without a pooler',
    )
  }
  const shards = readShards(options.shards)
  const database = await openDatabase(config, pino({ level: 'silent' }))
  try {
    if (options.check === true) return await check(database, tell)
    if (options.rebalance === true) return await rebalance(database, tell)
    const [isDry, workers] = [options.plan === true, options.workers === true]
    return await distribute(database, { isDry, workers, shards }, tell)
  } finally {
    await database.close()
  }
}

function readShards(given: string | boolean | undefined): number | undefined {
  if (given === undefined) return undefined
  if (typeof given === 'string' && /^[1-9]\d{0,4}$/.test(given)) return Number(given)
  throw new Error('--shards must be a whole number from 1, such as --shards=64')
}
