import { isForeignKeyViolation } from '../database/database-error.ts'
import type { Owner } from '../database/owner.ts'
import { NO_QUOTA, quotaExceeded } from '../database/quota.ts'
import { revisionAt } from '../database/revision.ts'
import type { Run } from '../database/statement.ts'
import { AppError } from '../errors.ts'
import { toTask } from '../tasks/columns.ts'
import { purgeStatements } from '../tasks/purge/statements.ts'
import type { KeptImport, KeptImports } from './kept-imports.ts'
import type { ExportedTask } from './schema.ts'
import type { Spool } from './spool.ts'
import { accountStatements } from './statements.ts'

const EXPORT_PAGE = 500
/** So few are added under the list's lock, which is then held for some ten milliseconds. */
export const FEW = 200
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

/** The revisions that tasks are given: how many, from where on, and whether the list is locked already. */
interface Revisions {
  count: number
  base: number
  isLocked: boolean
}

/** How many tasks were added, of each kind. */
interface Added {
  live: number
  completed: number
  trashed: number
}

/** One user's account: its counts, its export and its import. */
export class OwnedAccount {
  readonly #owner: Owner
  readonly #kept: KeptImports | undefined

  /** @param kept where imports are kept that are written in parts. */
  constructor(owner: Owner, kept?: KeptImports) {
    this.#owner = owner
    this.#kept = kept
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
   * Adds those that are not there yet, all or none. One connection serves everybody where imports are kept, so many are
   * added in parts there, and others go on between them.
   *
   * @returns how many were added.
   */
  async import(spool: Spool, count: number): Promise<number> {
    const kept = this.#kept
    if (kept === undefined || count <= FEW) return this.#importAtOnce(spool, count)
    return kept.inTurn(this.#owner.id, async () => {
      // Where room may be short, the quota is judged with the last of them, in one transaction.
      if (!(await this.#hasRoomFor(count))) return this.#importAtOnce(spool, count)
      const taken = await kept.keep(this.#owner.id, spool.texts())
      return this.finish(taken).catch((error: unknown) => {
        if (!isOfDeletedAccount(error)) kept.later(taken, () => this.finish(taken))
        throw error
      })
    })
  }

  /** Writes an import that was taken to its end; the room for it was counted then. */
  async finish(kept: KeptImport): Promise<number> {
    let imported = 0
    for await (const batch of kept.batches()) {
      const write = () => this.#addPart(batch)
      // Once more, since what fails for a reason of the moment would leave a part of the import behind for a while.
      imported += await write()
        .catch(write)
        .catch((error: unknown) => this.#abandon(kept, error))
    }
    await kept.forget()
    return imported
  }

  /** Those that are there already are left alone, so it may be done again. */
  #addPart(batch: string): Promise<number> {
    return this.#owner.inOwnLongTransaction(async (run) => {
      await run([this.#owner.lockList()])
      const base = this.#owner.clock
      const added = await this.#add(run, batch, base)
      return this.#count(run, added, { count: FEW, base, isLocked: true, quota: NO_QUOTA })
    })
  }

  /** Nobody is left to write it for; after any other failure it goes on later. */
  async #abandon(kept: KeptImport, error: unknown): Promise<never> {
    if (!isOfDeletedAccount(error)) throw error
    await kept.forget()
    throw accountDeleted()
  }

  /** Whether there is room for all of them, be none there yet. */
  async #hasRoomFor(count: number): Promise<boolean> {
    const { quota } = this.#owner
    // Of fewer, some may be there already.
    if (count > quota) throw quotaExceeded(quota)
    const [row] = await this.#owner.readAtLength(this.#owner.step(accountStatements.summary))
    return count <= quota - (row?.task_count ?? 0) - (row?.trash_count ?? 0)
  }

  /**
   * In one transaction. Of many, the list is locked when all are added and only have to be counted, so that nobody waits
   * for them.
   */
  async #importAtOnce(spool: Spool, count: number): Promise<number> {
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

  async #importAll(run: Run, spool: Spool, { count, base, isLocked }: Revisions): Promise<number> {
    if (isLocked) await run([this.#owner.lockList()])
    const added = { live: 0, completed: 0, trashed: 0 }
    let next = base
    for await (const batch of spool.texts()) {
      const { live, completed, trashed } = await this.#add(run, batch, next)
      added.live += live
      added.completed += completed
      added.trashed += trashed
      next += FEW
    }
    return this.#count(run, added, { count, base, isLocked, quota: this.#owner.quota })
  }

  async #add(run: Run, batch: string, base: number): Promise<Added> {
    const added = { live: 0, completed: 0, trashed: 0 }
    const [rows] = await run([this.#owner.step(accountStatements.importTasks, batch, base)])
    for (const { completed, is_deleted: isDeleted } of rows) {
      added[isDeleted ? 'trashed' : 'live'] += 1
      if (completed && !isDeleted) added.completed += 1
    }
    return added
  }

  /** @returns how many were added. */
  async #count(
    run: Run,
    added: Added,
    { count, base, isLocked, quota }: Revisions & { quota: number },
  ): Promise<number> {
    const [list] = await run([this.#owner.lockList()])
    if (list.length === 0) throw accountDeleted()
    const sum = added.live + added.trashed
    if (sum === 0) return 0
    const counts = [added.live, added.completed, added.trashed, count, quota, base, isLocked]
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
    return (await this.#owner.readAtLength(step)).map(toTask)
  }
}

function isOfDeletedAccount(error: unknown): boolean {
  return isForeignKeyViolation(error) || (error instanceof AppError && error.code === 'conflict')
}

export function accountDeleted(): AppError {
  return new AppError('conflict', 'The account was deleted meanwhile')
}
