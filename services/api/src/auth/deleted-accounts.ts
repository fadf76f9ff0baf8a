import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { Logger } from 'pino'
import { queryUntil } from '../database/check-out.ts'
import { deadlineFromNow } from '../database/deadline.ts'

const POLL_MILLISECONDS = 15_000

/**
 * The accounts that were deleted while tokens of theirs may still be valid.
 *
 * Every process asks the database every 15 s, which costs a request nothing. So a deleted account's tokens are refused
 * within 15 s everywhere, far sooner than they expire. Nothing of an account is kept but the SHA-256 of its id.
 */
export class DeletedAccounts {
  readonly #pool: pg.Pool
  readonly #log: Logger
  readonly #pollMilliseconds: number
  #hashes = new Set<string>()
  /** Those that were deleted here since the last look began: it may have missed them. */
  #added = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  constructor(pool: pg.Pool, log: Logger, pollMilliseconds = POLL_MILLISECONDS) {
    this.#pool = pool
    this.#log = log
    this.#pollMilliseconds = pollMilliseconds
  }

  has(userId: string): boolean {
    return this.#hashes.size > 0 && this.#hashes.has(hashOf(userId))
  }

  /** Known to this process at once; to the others at their next look. */
  add(userId: string): void {
    this.#hashes.add(hashOf(userId))
    this.#added.add(hashOf(userId))
  }

  async start(): Promise<void> {
    await this.#load()
    this.#timer = setInterval(() => {
      this.#load().catch((err: unknown) => this.#log.warn({ err }, 'cannot look for deleted accounts'))
    }, this.#pollMilliseconds).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Older ones are forgotten: all tokens of theirs have expired (15 minutes, and 30 s of skew). */
  async #load(): Promise<void> {
    const deadline = deadlineFromNow()
    await queryUntil(
      this.#pool,
      deadline,
      "delete from tasklane_auth.deleted_account where deleted_at < now() - interval '20 minutes'",
    )
    this.#added = new Set()
    const { rows } = await queryUntil<{ hash: string }>(
      this.#pool,
      deadline,
      "select encode(user_hash, 'hex') as hash from tasklane_auth.deleted_account",
    )
    this.#hashes = new Set([...rows.map(({ hash }) => hash), ...this.#added])
  }
}

/** As the trigger that fills the table has it. */
function hashOf(userId: string): string {
  return createHash('sha256').update(userId).digest('hex')
}
