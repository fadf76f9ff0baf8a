import type pg from 'pg'
import type { Logger } from 'pino'
import { observe } from '../database/observe.ts'
import { observeRevisions } from './statements.ts'

const POLL_MILLISECONDS = 1_000

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
  readonly #listeners = new Map<string, Set<Listener>>()
  #timer: NodeJS.Timeout | undefined
  #polling = false

  constructor(pool: pg.Pool, log: Logger) {
    this.#pool = pool
    this.#log = log
  }

  add(listener: Listener): void {
    const listeners = this.#listeners.get(listener.userId) ?? new Set()
    this.#listeners.set(listener.userId, listeners.add(listener))
    this.#timer ??= setInterval(() => void this.#poll(), POLL_MILLISECONDS).unref()
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
    for (const userId of [...this.#listeners.keys()]) this.endUser(userId)
  }

  async #poll(): Promise<void> {
    if (this.#polling) return
    this.#polling = true
    try {
      const userIds = [...this.#listeners.keys()]
      const revisions = await observe<ListRevision>(this.#pool, observeRevisions, [userIds])
      for (const { user_id: userId, revision } of revisions) {
        const listeners = this.#listeners.get(userId) ?? []
        for (const listener of listeners) if (listener.revision < Number(revision)) listener.wake()
      }
    } catch (err) {
      this.#log.warn({ err }, 'cannot look for changes of other processes')
    } finally {
      this.#polling = false
    }
  }
}
