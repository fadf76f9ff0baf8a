import type pg from 'pg'
import type { Logger } from 'pino'
import { isNodeLost } from '../database/database-error.ts'
import { observe } from '../database/observe.ts'
import { observeRevisions } from './statements.ts'

interface ListRevision {
  user_id: string
  revision: string
}

/** A stream of one user's changes, which is told when there may be new ones. */
export interface Listener {
  readonly userId: string
  /** The revision that its client is at. */
  readonly revision: number
  wake(): void
  end(): void
}

/**
 * Wakes the open streams of users whose tasks changed: at once for a write of this process, and for the writes of
 * all others by one query a second for all streams together. Not LISTEN/NOTIFY, which transaction poolers drop and
 * which makes commits wait for one another.
 */
export class ChangeHub {
  readonly #pool: pg.Pool
  readonly #log: Logger
  readonly #pollMilliseconds: number
  readonly #listeners = new Map<string, Set<Listener>>()
  #timer: NodeJS.Timeout | undefined
  #polling = false
  #closed = false

  constructor(pool: pg.Pool, log: Logger, pollMilliseconds: number) {
    this.#pool = pool
    this.#log = log
    this.#pollMilliseconds = pollMilliseconds
  }

  /** How many streams are open. */
  get size(): number {
    let size = 0
    for (const listeners of this.#listeners.values()) size += listeners.size
    return size
  }

  add(listener: Listener): void {
    // Requested before `close()`, opened after: end it, or the process stays alive.
    if (this.#closed) {
      listener.end()
      return
    }
    const listeners = this.#listeners.get(listener.userId) ?? new Set()
    this.#listeners.set(listener.userId, listeners.add(listener))
    this.#timer ??= setInterval(() => void this.#poll(), this.#pollMilliseconds).unref()
  }

  remove(listener: Listener): void {
    const listeners = this.#listeners.get(listener.userId)
    listeners?.delete(listener)
    if (listeners?.size === 0) this.#listeners.delete(listener.userId)
    if (this.#listeners.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** A write of this process was committed. */
  readonly changed = (userId: string): void => {
    const listeners = this.#listeners.get(userId)
    if (listeners !== undefined) for (const listener of listeners) listener.wake()
  }

  /** The user is gone. */
  endUser(userId: string): void {
    for (const listener of [...(this.#listeners.get(userId) ?? [])]) listener.end()
  }

  /** Ends all streams, so that the process can stop; their clients come back, to another process. */
  close(): void {
    this.#closed = true
    for (const userId of [...this.#listeners.keys()]) this.endUser(userId)
  }

  async #poll(): Promise<void> {
    if (this.#polling) return
    this.#polling = true
    try {
      const userIds = [...this.#listeners.keys()]
      await this.#look(userIds).catch((error: unknown) => this.#lookOneByOne(userIds, error))
    } catch (err) {
      this.#log.warn({ err }, 'cannot look for changes of other processes')
    } finally {
      this.#polling = false
    }
  }

  async #look(userIds: readonly string[]): Promise<void> {
    const rows = await observe<ListRevision>(this.#pool, observeRevisions, [userIds])
    const revisions = new Map(rows.map(({ user_id: userId, revision }) => [userId, Number(revision)]))
    for (const userId of userIds) this.#wakeUnless(userId, revisions.get(userId) ?? 0)
  }

  /** While a node of the database is away, a statement on all users fails; those of the other nodes are still told. */
  async #lookOneByOne(userIds: readonly string[], error: unknown): Promise<void> {
    if (!isNodeLost(error)) throw error
    for (const userId of userIds) {
      await this.#look([userId]).catch((cause: unknown) => {
        if (!isNodeLost(cause)) throw cause
      })
    }
    throw error
  }

  /** Also wakes listeners whose list is gone, or is another one by now; their next look ends them. */
  #wakeUnless(userId: string, revision: number): void {
    for (const listener of this.#listeners.get(userId) ?? []) {
      if (listener.revision !== revision) listener.wake()
    }
  }
}
