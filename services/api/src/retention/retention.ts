import type pg from 'pg'
import type { Logger } from 'pino'
import { queryUntil } from '../database/check-out.ts'
import { isNodeLost } from '../database/database-error.ts'
import { deadlineFromNow } from '../database/deadline.ts'
import { observe } from '../database/observe.ts'
import type { Owner } from '../database/owner.ts'
import { idempotencyStatements } from '../idempotency/statements.ts'
import { OwnedTrash } from '../trash/queries.ts'
import { claimRun, listReachableUsersAfter, listUsersAfter } from './statements.ts'

const INTERVAL_MILLISECONDS = 60 * 60 * 1000
const USERS_AT_A_TIME = 100
const BEFORE_ALL_USERS = '00000000-0000-0000-0000-000000000000'

export interface RetentionOptions {
  pool: pg.Pool
  log: Logger
  retentionDays: number
  ownerOf: (userId: string) => Owner
}

/**
 * Deletes what has had its time: tasks whose retention in the trash is over, what was left of those that were purged,
 * and expired idempotency keys.
 *
 * Any number of processes may try; one of them does it, about once an hour. It goes from user to user, as that
 * user, behind the same two walls as their requests.
 */
export class Retention {
  readonly #options: RetentionOptions
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(options: RetentionOptions) {
    this.#options = options
  }

  start(): void {
    const { log } = this.#options
    this.#timer = setInterval(() => {
      this.runIfDue(new Date()).catch((err: unknown) => log.warn({ err }, 'upkeep was interrupted'))
    }, INTERVAL_MILLISECONDS / 4).unref()
  }

  stop(): void {
    this.#stopped = true
    clearInterval(this.#timer)
  }

  async runIfDue(now: Date): Promise<void> {
    const before = new Date(now.getTime() - INTERVAL_MILLISECONDS)
    const claimed = await queryUntil(this.#options.pool, deadlineFromNow(), claimRun, [now, before])
    if (claimed.rowCount === 1) await this.run(now)
  }

  async run(now: Date): Promise<void> {
    let last = BEFORE_ALL_USERS
    while (!this.#stopped) {
      const users = await this.#usersAfter(last)
      for (const userId of users) await this.#trySweep(userId, now)
      const next = users.at(-1)
      if (next === undefined) return
      last = next
    }
  }

  /** One user's failure is no reason to leave out those who come after, every time. */
  async #trySweep(userId: string, now: Date): Promise<void> {
    try {
      if (!this.#stopped) await this.#sweep(userId, now)
    } catch (err) {
      this.#options.log.warn({ err }, "a user's upkeep was left for the next time")
    }
  }

  /** Under the list's lock, as every write, so that it cannot deadlock with one. */
  async #sweep(userId: string, now: Date): Promise<void> {
    const owner = this.#options.ownerOf(userId)
    const trash = new OwnedTrash(owner, this.#options.retentionDays)
    await owner.write(
      owner.lockList(),
      owner.step(idempotencyStatements.forgetExpired, now.toISOString()),
      ...trash.forgetSteps(now),
    )
    await trash.purgeExpired(now)
  }

  /** Of a distributed database, the users of the nodes that can be reached; the others are left for the next time. */
  async #usersAfter(userId: string): Promise<string[]> {
    const { pool, log } = this.#options
    const ask = (text: string) => observe<{ user_id: string }>(pool, text, [userId, USERS_AT_A_TIME])
    const rows = await ask(listUsersAfter).catch((err: unknown) => {
      if (!isNodeLost(err)) throw err
      log.warn({ err }, 'upkeep goes on without the users of a node that is away')
      return ask(listReachableUsersAfter)
    })
    return rows.map((row) => row.user_id)
  }
}
