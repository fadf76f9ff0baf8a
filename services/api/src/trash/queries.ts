import type { Owner } from '../database/owner.ts'
import type { Run, Step } from '../database/statement.ts'
import { notFound } from '../errors.ts'
import { hasTask, toTask } from '../tasks/columns.ts'
import type { Page } from '../tasks/listing.ts'
import { forgetSteps, rememberSteps } from '../tasks/purge/queries.ts'
import { found, type StoredTask } from '../tasks/queries.ts'
import type { TrashedTask } from './schema.ts'
import { type TrashedRow, trashStatements } from './statements.ts'

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000
/** A purge holds the list's lock for one batch at a time, so that it never keeps a writer waiting long. */
const PURGE_BATCH = 500
const END_OF_TIME = new Date('9999-12-31T23:59:59.999Z')

/** Where a page of the trash begins. */
export type TrashStart = { offset: number } | { after: { value: string; id: string } }

/** One user's deleted tasks. To this object, anybody else's do not exist. */
export class OwnedTrash {
  readonly #owner: Owner
  readonly #retentionDays: number

  constructor(owner: Owner, retentionDays: number) {
    this.#owner = owner
    this.#retentionDays = retentionDays
  }

  async list(perPage: number, start: TrashStart): Promise<Omit<Page<TrashedTask>, 'revision'>> {
    const step =
      'offset' in start
        ? this.#owner.step(trashStatements.page, perPage + 1, start.offset)
        : this.#owner.step(trashStatements.pageAfter, perPage + 1, start.after.value, start.after.id)
    const [rows] = await this.#owner.read(step)
    const [first] = rows
    return {
      items: rows
        .slice(0, perPage)
        .filter(hasTask)
        .map((row) => this.#withPurgeTime(row)),
      total: first?.trash_count ?? 0,
      hasMore: rows.length > perPage,
    }
  }

  /** Brings a task back, as part of a transaction that may do more. */
  async restore(run: Run, id: string): Promise<StoredTask> {
    const [, , [row]] = await run([
      this.#owner.lockList(),
      this.#owner.step(trashStatements.countRestored, id, this.#owner.clock),
      this.#owner.step(trashStatements.restore, id),
    ])
    return found(row)
  }

  async purge(id: string): Promise<void> {
    const now = new Date()
    const [, , , , [row]] = await this.#owner.write(
      this.#owner.lockList(),
      this.#owner.step(trashStatements.countPurged, id),
      ...rememberSteps(this.#owner, [id], now),
      this.#owner.step(trashStatements.purge, id),
      ...this.forgetSteps(now),
    )
    if (row === undefined) notFound('Task')
  }

  /** All of it, also what another process's clock, or an import, dates later than now. */
  empty(): Promise<void> {
    return this.#purgeUntil(END_OF_TIME, new Date())
  }

  /** The tasks that are due by now. */
  purgeExpired(now: Date): Promise<void> {
    return this.#purgeUntil(this.#retainedSince(now), now)
  }

  /** The steps that forget what is left of tasks that were purged a retention ago, under the list's lock. */
  forgetSteps(now: Date): Step[] {
    return forgetSteps(this.#owner, this.#retainedSince(now))
  }

  #retainedSince(now: Date): Date {
    return new Date(now.getTime() - this.#retentionDays * DAY_MILLISECONDS)
  }

  /** Deletes for good what was deleted until then; in batches, so it may be cut short and done again. */
  async #purgeUntil(time: Date, now: Date): Promise<void> {
    let purged: number
    do {
      purged = await this.#owner.inOwnTransaction((run) => this.#purgeBatch(run, time, now))
    } while (purged === PURGE_BATCH)
  }

  async #purgeBatch(run: Run, time: Date, now: Date): Promise<number> {
    const [, rows] = await run([
      this.#owner.lockList(),
      this.#owner.step(trashStatements.due, time.toISOString(), PURGE_BATCH),
    ])
    if (rows.length === 0) return 0
    const ids = rows.map(({ id }) => id)
    await run([
      ...rememberSteps(this.#owner, ids, now),
      this.#owner.step(trashStatements.purgeMany, ids),
      this.#owner.step(trashStatements.countPurgedMany, ids.length),
    ])
    return rows.length
  }

  #withPurgeTime(row: TrashedRow): TrashedTask {
    const purgeAt = new Date(Date.parse(row.deleted_at) + this.#retentionDays * DAY_MILLISECONDS)
    return { ...toTask(row), purge_at: purgeAt.toISOString() }
  }
}
