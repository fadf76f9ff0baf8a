import pg from 'pg'
import type { Backlog } from './backlog.ts'
import { Client } from './client.ts'
import { deadlineFromNow, GRACE_MILLISECONDS } from './deadline.ts'
import { inOwnTransaction, type Planned } from './in-own-transaction.ts'
import { LanePool } from './lanes.ts'
import { lastRestore } from './last-restore.ts'
import { nodesOf } from './nodes.ts'
import { MOST_READS_OF_A_USER, MOST_WRITES_OF_A_USER, shareLanes, sharePool } from './shares.ts'
import { type RowsOf, type Run, type Step, typed } from './statement.ts'
import { watchReplication } from './unreplicated.ts'

/**
 * The database as request handlers may reach it: only on behalf of a user, under row-level security for that user.
 *
 * `read` and `write` send all their steps as one transaction, in one round trip, and reject with the first error. On an
 * error nothing was written, unless the connection broke during COMMIT: then nobody knows. `inOwnTransaction` is for work that
 * takes long, or whose steps follow from each other's rows: a transaction of several round trips on a connection of
 * its own, away from short requests.
 *
 * At the deadline, a time of `performance.now()`, they reject as `unavailable`, and what was not begun is not done
 * later. Without one, `read` and `write` have the time that a request has, from now on; `inOwnTransaction` has the time that
 * long work takes.
 *
 * A user has a share of the connections, and waits for the rest: whatever a user sends, however long it takes and whatever
 * locks it waits for, others find connections free.
 */
export interface UserDatabase {
  read: Transact
  write: Transact
  inOwnTransaction<T>(
    userId: string,
    work: (run: Run) => Promise<T>,
    deadline?: number,
    planned?: Planned,
  ): Promise<T>
  /** When the database was last taken back in time, as a revision; a user who has no list cannot tell it by that. */
  lastRestore(userId: string, deadline?: number): Promise<number>
}

type Transact = <const Steps extends readonly Step[]>(
  userId: string,
  steps: Steps,
  deadline?: number,
) => Promise<RowsOf<Steps>>

export interface Database extends UserDatabase {
  readonly engine: 'embedded' | 'postgres'
  /** Whole connections as the connecting role, for the issuer, migrations and long work. Never for requests on tasks. */
  readonly pool: pg.Pool
  /** Transactions that were sent and not answered yet. */
  waiting(): number
  /** What reads, and writes, wait for. The embedded engine answers both in one line. */
  readonly backlogs: { readonly read: Backlog; readonly write: Backlog }
  close(): Promise<void>
}

export interface DatabaseOptions {
  engine: Database['engine']
  connection: pg.PoolConfig
  /** How many connections reads share, writes share, and `pool` may open. */
  sizes: { readLanes: number; writeLanes: number; pool: number }
  prepare: boolean
  /** For tests, which must not depend on how soon a busy server hears of a cancellation. */
  graceMilliseconds?: number
  /** Told of a connection that was lost while nobody waited for it. */
  onConnectionLost: (error: Error) => void
  /** Runs after all connections are closed. */
  onClose?: () => Promise<void>
}

export function createDatabase(options: DatabaseOptions): Database {
  const { connection, sizes, prepare, graceMilliseconds = GRACE_MILLISECONDS } = options
  const pool = new pg.Pool({ ...connection, max: sizes.pool, pipeline: true, Client })
  // A pool without this listener ends the process when an idle connection breaks.
  pool.on('error', options.onConnectionLost)
  // Nor does it listen while a connection is lent out; its borrower learns of the loss from the query that fails.
  pool.on('connect', (client) => watchReplication(client.on('error', () => {})))
  const isEmbedded = options.engine === 'embedded'
  const findNodes = isEmbedded ? async () => undefined : nodesOf(pool)
  const onLost = options.onConnectionLost
  const lanes = (count: number) => {
    const spares = isEmbedded ? 0 : count
    return new LanePool(count, { connection, prepare, graceMilliseconds, spares, findNodes, onLost })
  }
  const readLanes = lanes(sizes.readLanes)
  const writeLanes = sizes.writeLanes === 0 ? readLanes : lanes(sizes.writeLanes)
  const reads = shareLanes(readLanes, MOST_READS_OF_A_USER)
  const writes = writeLanes === readLanes ? reads : shareLanes(writeLanes, MOST_WRITES_OF_A_USER)
  const enter = sharePool(pool, sizes.pool)
  return {
    engine: options.engine,
    pool,
    backlogs: { read: reads.backlog, write: writes.backlog },
    read: (userId, steps, deadline = deadlineFromNow()) =>
      typed(steps, reads.transact(userId, steps, deadline, true)),
    write: (userId, steps, deadline = deadlineFromNow()) =>
      typed(steps, writes.transact(userId, steps, deadline, false)),
    inOwnTransaction: (userId, work, deadline, planned) =>
      enter(userId, () => inOwnTransaction(pool, userId, work, deadline, planned), deadline),
    lastRestore: (userId, deadline = deadlineFromNow()) =>
      enter(userId, () => lastRestore(pool, deadline), deadline),
    waiting: () => readLanes.waiting + (writeLanes === readLanes ? 0 : writeLanes.waiting),
    async close() {
      await Promise.all([
        readLanes.close(),
        writeLanes === readLanes ? undefined : writeLanes.close(),
        pool.end(),
      ])
      await options.onClose?.()
    },
  }
}
