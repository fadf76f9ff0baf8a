import type { Owner } from '../database/owner.ts'
import type { Step } from '../database/statement.ts'
import { invalid, notFound } from '../errors.ts'
import { preconditionFailed } from '../http/contract/entity-tag.ts'
import { hasTask, type StoredRow, toTask } from './columns.ts'
import type { Filter, Listing, Page } from './listing.ts'
import { type Nothing, type PageRow, pageStatement } from './page-statements.ts'
import { updateWhole } from './repetition.ts'
import type { Task, TaskChanges } from './schema.ts'
import { type RepeatingRow, statements } from './statements.ts'
import { createSteps, deleteSteps, lookAgain, unfoundedOf, updateSteps } from './steps.ts'

/** A task and the revision it was last changed at, which is its entity tag. */
export interface StoredTask extends Task {
  revision: number
}

/** The same with the id of the task that came next when it was completed. */
export interface RepeatingTask extends StoredTask {
  next_id: string | null
}

/**
 * One user's tasks. To this object, another user's task does not exist.
 *
 * Every method but a search is one transaction in one round trip. `revisions` names those at which a task may be
 * changed (If-Match); undefined is any.
 */
export class OwnedTasks {
  readonly #owner: Owner

  constructor(owner: Owner) {
    this.#owner = owner
  }

  /** @param alongside steps of the same transaction. */
  async create(task: Task, ...alongside: readonly Step[]): Promise<StoredTask> {
    const write = () => this.#owner.write(...createSteps(this.#owner, task), ...alongside)
    const [, [row]] = await this.#owner.provisioning(write, { when: isListMissing })
    return found(row)
  }

  async get(id: string): Promise<StoredTask> {
    const [[row]] = await this.#owner.read(this.#owner.step(statements.get, id))
    return found(row)
  }

  async list(listing: Listing): Promise<Page<Task>> {
    const step = pageStep(this.#owner, listing)
    const [rows] = await (listing.search === undefined
      ? this.#owner.read(step)
      : this.#owner.inOwnLongTransaction((run) => run([step])))
    return toPage(listing, rows)
  }

  /** The list's revision, by one row's read; it changes exactly when any of the tasks does. */
  async revision(): Promise<number> {
    const [[row]] = await this.#owner.read(this.#owner.step(statements.revision))
    return row?.revision ?? 0
  }

  /**
   * A change that changes nothing leaves the revision and `updated_at` as they were. One that completes a task which
   * repeats, or takes that back, finds nothing at first; then more follows from it, in a transaction of its own.
   */
  async update(id: string, changes: TaskChanges, revisions?: readonly number[]): Promise<RepeatingTask> {
    const [, , [row], [seen] = []] = await this.#owner.write(
      this.#owner.lockList(),
      ...updateSteps(this.#owner, id, changes, revisions),
      ...lookAgain(this.#owner, id, revisions, changes),
    )
    if (row !== undefined || changes.completed === undefined) return changed(row, seen, changes)
    const whole = await this.#owner.inOwnTransaction((run) =>
      updateWhole(this.#owner, run, id, changes, revisions),
    )
    return changed(whole.row, whole.seen, changes)
  }

  async delete(id: string, revisions?: readonly number[]): Promise<void> {
    const [, , [row], [seen] = []] = await this.#owner.write(
      this.#owner.lockList(),
      ...deleteSteps(this.#owner, id, revisions),
      ...lookAgain(this.#owner, id, revisions),
    )
    if (row === undefined) refuse(seen)
  }
}

function changed(
  row: RepeatingRow | undefined,
  seen: StoredRow | undefined,
  changes: TaskChanges,
): RepeatingTask {
  return row === undefined ? refuse(seen, changes) : toTask(row)
}

/** Of a write that found nothing, and looked again without its conditions. */
function refuse(seen: StoredRow | undefined, changes: TaskChanges = {}): never {
  if (seen === undefined) return notFound('Task')
  const faults = unfoundedOf(changes, seen)
  if (faults.length === 0) preconditionFailed()
  return invalid(faults.map(({ field, message }) => ({ in: 'body', path: `/${field}`, message })))
}

function pageStep(owner: Owner, listing: Listing): Step<PageRow> {
  const { column, descending, completed, search, perPage, page, after, ...rest } = listing
  rest satisfies Nothing
  const start = after !== undefined ? 'after' : page === 1 ? 'first' : 'offset'
  const shape = { column, descending, completed, start, search: search !== undefined } as const
  const place = { first: [], offset: [((page ?? 1) - 1) * perPage], after: [after?.value, after?.id] }[start]
  const wanted = search === undefined ? [] : [search]
  // One row more than the page has tells whether there is another page.
  return owner.step(pageStatement(shape), perPage + 1, ...place, ...wanted)
}

function toPage(listing: Listing, rows: PageRow[]): Page<Task> {
  const [first] = rows
  return {
    items: rows.slice(0, listing.perPage).filter(hasTask).map(toTask),
    total: first === undefined ? 0 : totalOf(listing, first),
    hasMore: rows.length > listing.perPage,
    revision: first?.revision ?? 0,
  }
}

function totalOf({ completed, search: _, ...rest }: Filter, row: PageRow): number {
  rest satisfies Nothing
  if ('match_count' in row) return row.match_count
  const { task_count: all, completed_count: done } = row
  return completed === undefined ? all : completed ? done : all - done
}

/** How `countCreated` fails: PostgreSQL appendix A, division_by_zero. */
function isListMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '22012'
}

export function found(row: StoredRow | undefined): StoredTask {
  return row === undefined ? notFound('Task') : toTask(row)
}
