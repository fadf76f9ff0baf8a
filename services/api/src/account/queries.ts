import type { Owner } from '../database/owner.ts'
import { AppError } from '../errors.ts'
import { toTask } from '../tasks/columns.ts'
import { purgeStatements } from '../tasks/purge/statements.ts'
import type { ExportedTask } from './schema.ts'
import { accountStatements } from './statements.ts'

const EXPORT_PAGE = 500

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

  /** Adds those that are not there yet, in one transaction. @returns how many were added. */
  async import(tasks: readonly ExportedTask[]): Promise<number> {
    const rows = tasks.map((task, index) => ({ ...task, nth: index + 1 }))
    return this.#owner.inOwnLongTransaction(async (run) => {
      const [list, added] = await run([
        this.#owner.lockList(),
        this.#owner.step(accountStatements.importTasks, JSON.stringify(rows)),
        this.#owner.step(
          purgeStatements.unremember,
          tasks.map(({ id }) => id),
        ),
      ])
      if (list.length === 0) throw accountDeleted()
      const trashed = added.filter((row) => row.is_deleted).length
      const completed = added.filter((row) => row.completed && !row.is_deleted).length
      if (added.length > 0) {
        const counts = [added.length - trashed, completed, trashed, rows.length, this.#owner.quota]
        await run([this.#owner.step(accountStatements.countImported, ...counts)])
      }
      return added.length
    })
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
