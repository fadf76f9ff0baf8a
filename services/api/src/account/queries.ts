import { isForeignKeyViolation } from '../database/database-error.ts'
import type { Owner } from '../database/owner.ts'
import { revisionAt } from '../database/revision.ts'
import type { Run } from '../database/statement.ts'
import { AppError } from '../errors.ts'
import { toTask } from '../tasks/columns.ts'
import { purgeStatements } from '../tasks/purge/statements.ts'
import type { ExportedTask } from './schema.ts'
import type { Spool } from './spool.ts'
import { accountStatements } from './statements.ts'

const EXPORT_PAGE = 500
/** So few are added under the list's lock, which is then held for some ten milliseconds. */
const FEW = 200
const ATTEMPTS = 3
/**
 * A large import takes its revisions ahead of the clock, which the list follows, so that what is written meanwhile stays
 * behind them. It has far longer than it needs; one that is overtaken begins again, with ten times as long.
 */
const leadMilliseconds = (count: number, attempt: number) => (10_000 + 10 * count) * 10 ** (attempt - 1)

/** Thrown where the list has come past the revisions that the tasks were given, so that they cannot have them. */
class ListWentPast extends AppError {}

export interface AccountSummary {
  id: string
  created_at: string | null
  task_count: number
  completed_count: number
  trash_count: number
}

/** One user's account: its counts, its export and its import. */
export class OwnedAccount {
  readonly #owner: Owner

  constructor(owner: Owner) {
    this.#owner = owner
  }

  /** A user who has not written anything yet has no row, and no task. */
  async summary(): Promise<AccountSummary> {
    const [[row]] = await this.#owner.read(this.#owner.step(accountStatements.summary))
    const nothing = { created_at: null, task_count: 0, completed_count: 0, trash_count: 0 }
    return { id: this.#owner.id, ...nothing, ...row }
  }

  /** Every task, page by page: a reader that is slow holds no transaction and no connection meanwhile. */
  async *tasks(): AsyncGenerator<ExportedTask[]> {
    let after: string | null = null
    for (;;) {
      const tasks: ExportedTask[] = await this.#tasksAfter(after)
      if (tasks.length > 0) yield tasks
      after = tasks.at(-1)?.id ?? null
      if (tasks.length < EXPORT_PAGE) return
    }
  }

  /**
   * Adds those that are not there yet, in one transaction. Of many, the list is locked when all are added and only have
   * to be counted, so that nobody waits for them.
   *
   * @returns how many were added.
   */
  async import(spool: Spool, count: number): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      const isLocked = count <= FEW
      const base = isLocked ? this.#owner.clock : revisionAt(Date.now() + leadMilliseconds(count, attempt))
      try {
        return await this.#owner.inOwnLongTransaction((run) =>
          this.#importAll(run, spool, { count, base, isLocked }),
        )
      } catch (error) {
        if (isForeignKeyViolation(error)) throw accountDeleted()
        if (!(error instanceof ListWentPast) || attempt === ATTEMPTS) throw error
      }
    }
  }

  async #importAll(
    run: Run,
    spool: Spool,
    { count, base, isLocked }: { count: number; base: number; isLocked: boolean },
  ): Promise<number> {
    if (isLocked) await run([this.#owner.lockList()])
    const added = { live: 0, completed: 0, trashed: 0 }
    for await (const batch of spool.texts()) {
      const [rows] = await run([this.#owner.step(accountStatements.importTasks, batch, base)])
      for (const { completed, is_deleted: isDeleted } of rows) {
        added[isDeleted ? 'trashed' : 'live'] += 1
        if (completed && !isDeleted) added.completed += 1
      }
    }
    const [list] = await run([this.#owner.lockList()])
    if (list.length === 0) throw accountDeleted()
    const sum = added.live + added.trashed
    if (sum === 0) return 0
    const counts = [added.live, added.completed, added.trashed, count, this.#owner.quota, base, isLocked]
    const [, counted] = await run([
      this.#owner.step(purgeStatements.unremember),
      this.#owner.step(accountStatements.countImported, ...counts),
    ])
    if (counted.length === 0)
      throw new ListWentPast('unavailable', 'The tasks change too fast', { headers: { 'retry-after': '1' } })
    return sum
  }

  async #tasksAfter(id: string | null): Promise<ExportedTask[]> {
    const step = this.#owner.step(accountStatements.exportPage, id, EXPORT_PAGE)
    const [rows] = await this.#owner.inOwnLongTransaction((run) => run([step]))
    return rows.map(toTask)
  }
}

export function accountDeleted(): AppError {
  return new AppError('conflict', 'The account was deleted meanwhile')
}
