import { setTimeout as delay } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import { cancelStatement } from '../database/cancel.ts'
import type { Database } from '../database/database.ts'
import { inTransaction } from '../database/transaction.ts'
import type { UserTable } from './catalogue.ts'
import { catalogueOf, type Tell } from './distribute.ts'

/** A lock that is waited for holds up everybody behind it. */
const LOCK_TIMEOUT = "set local lock_timeout = '4s'"
/** A server that is started again meanwhile gets some minutes. */
const ATTEMPTS = 60
const RETRY_MILLISECONDS = 2_000

type Tables = readonly Pick<UserTable, 'name'>[]

/**
 * Spreads the users evenly, as after a node was added. Citus moves no rows of a table whose row-level security holds for
 * its owner too, so this is lifted for the time, and put back whatever happens. Requests stay behind it all the time, for
 * their role owns nothing; but no service can start.
 */
export async function rebalance(database: Database, tell: Tell): Promise<string> {
  const client = await database.pool.connect()
  const stop = new Stop(client)
  try {
    const { tables } = await catalogueOf(client)
    if (tables.some(({ column }) => column === undefined)) throw new Error('Run `tasklane distribute` first')
    await keepOthersOut(client)
    await whileLifted(database, tables, tell, async () => {
      await client.query('set statement_timeout = 0')
      tell('Moving rows; Ctrl-C stops it in order.\n')
      await stop.during(client.query("select rebalance_table_shards('users')"))
    })
    return 'The users are spread evenly, and row-level security holds for the owner again.'
  } finally {
    stop.remove()
    // With its lock and its settings.
    client.release(true)
  }
}

/** The lock is of the connection, and goes with it. */
async function keepOthersOut(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>(
    "select pg_try_advisory_lock(hashtext('tasklane distribute --rebalance')) as locked",
  )
  if (rows[0]?.locked !== true) throw new Error('Another rebalance is at work')
}

async function whileLifted(
  database: Database,
  tables: Tables,
  tell: Tell,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await alterAll(database, tables, 'no force')
    await work()
  } catch (error) {
    tell('Putting row-level security back.\n')
    await putBack(database, tables)
    throw error
  }
  await putBack(database, tables)
}

async function putBack(database: Database, tables: Tables): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await alterAll(database, tables, 'force')
    } catch (cause) {
      if (attempt === ATTEMPTS) {
        const reason = cause instanceof Error ? cause.message : String(cause)
        throw new Error(
          `Row-level security is not forced on the owner, and no service starts until it is (${reason}): run \`tasklane distribute\``,
          { cause },
        )
      }
      await delay(RETRY_MILLISECONDS)
    }
  }
}

/** On a connection of its own: the one that moves rows may be lost. */
function alterAll(database: Database, tables: Tables, force: 'force' | 'no force'): Promise<void> {
  const names = tables.map(({ name }) => name)
  return inTransaction(database.pool, async (client) => {
    await client.query(LOCK_TIMEOUT)
    await client.query(`lock table ${names.join(', ')} in access exclusive mode`)
    for (const name of names) await client.query(`alter table ${name} ${force} row level security`)
  })
}

/** Ctrl-C and SIGTERM end the move instead of the process, which has to put row-level security back. */
class Stop {
  readonly #client: PoolClient
  #isAskedFor = false

  constructor(client: PoolClient) {
    this.#client = client
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, this.#ask)
  }

  async during(work: Promise<unknown>): Promise<void> {
    if (this.#isAskedFor) cancelStatement(this.#client)
    try {
      await work
    } catch (cause) {
      if (!this.#isAskedFor) throw cause
      throw new Error(
        'Stopped: rows that were moved stay where they are. As a superuser, call citus_cleanup_orphaned_resources() removes what is left of the move that was cut off',
        { cause },
      )
    }
  }

  remove(): void {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, this.#ask)
  }

  readonly #ask = (): void => {
    this.#isAskedFor = true
    cancelStatement(this.#client)
  }
}
