import { v7 as uuidV7 } from 'uuid'
import type { Owner } from '../database/owner.ts'
import type { Row, Step } from '../database/statement.ts'
import { invalid, notFound } from '../errors.ts'
import { preconditionFailed } from '../http/contract/entity-tag.ts'
import { restsOnTask, type Unfounded, unfoundedIn } from '../planning/footing.ts'
import { change, creation, hasTask, isPlanned, type StoredRow, taskOf, toTask } from './columns.ts'
import type { Filter, Listing, Page } from './listing.ts'
import { type Nothing, type PageRow, pageStatement } from './page-statements.ts'
import type { NewTask, Task, TaskChanges } from './schema.ts'
import { statements } from './statements.ts'

/** A task and the revision it was last changed at, which is its entity tag. */
export interface StoredTask extends Task {
  revision: number
}

/** A task as it will be when it is created. */
export function newTask(sent: NewTask, id = uuidV7()): Task {
  return taskOf(sent, id, new Date().toISOString())
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
    const [, [row]] = await this.#owner.provisioning(write, isListMissing)
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

  /** A change that changes nothing leaves the revision and `updated_at` as they were. */
  async update(id: string, changes: TaskChanges, revisions?: readonly number[]): Promise<StoredTask> {
    const results = await this.#owner.write(
      this.#owner.lockList(),
      ...updateSteps(this.#owner, id, changes, revisions),
      ...lookAgain(this.#owner, id, revisions, changes),
    )
    return found(changed(results, changes))
  }

  async delete(id: string, revisions?: readonly number[]): Promise<void> {
    const results = await this.#owner.write(
      this.#owner.lockList(),
      ...deleteSteps(this.#owner, id, revisions),
      ...lookAgain(this.#owner, id, revisions),
    )
    changed(results)
  }
}

/** Tells why a write found nothing, where that can be more than that the task is not there. */
export function lookAgain(
  owner: Owner,
  id: string,
  revisions: readonly number[] | undefined,
  changes: TaskChanges = {},
): Step<StoredRow>[] {
  return revisions === undefined && !restsOnTask(changes) ? [] : [owner.step(statements.get, id)]
}

/** What of the changes of a task that was looked at again lacks its footing there. */
export function unfoundedOf(changes: TaskChanges, row: StoredRow): Unfounded[] {
  return unfoundedIn(changes, { due: row.due, recurrence: row.recurrence, completed: true, ...changes })
}

/** The steps of a creation; the last one gives the task. They fail for a user without rows. */
export function createSteps(owner: Owner, task: Task): [Step, Step<StoredRow>] {
  const [statement, { valuesOf }] = isPlanned(task)
    ? [statements.insertPlanned, creation.planned]
    : [statements.insert, creation.plain]
  return [
    owner.step(statements.countCreated, owner.quota),
    owner.step(statement, task.id, task.created_at, ...valuesOf(task)),
  ]
}

/** The steps of a change, under the list's lock; the last one gives the task, if it was there to change. */
export function updateSteps(
  owner: Owner,
  id: string,
  changes: TaskChanges,
  revisions?: readonly number[],
): [Step, Step<StoredRow>] {
  const [count, update, { valuesOf }] = isPlanned(changes)
    ? [statements.countUpdatedPlanned, statements.updatePlanned, change.planned]
    : [statements.countUpdated, statements.update, change.plain]
  const values = [id, revisions ?? null, ...valuesOf(changes)]
  return [owner.step(count, ...values), owner.step(update, ...values, new Date().toISOString())]
}

/** The steps of a deletion, under the list's lock; the last one gives the id, if the task was there. */
export function deleteSteps(
  owner: Owner,
  id: string,
  revisions?: readonly number[],
): [Step, Step<{ id: string }>] {
  const condition = revisions ?? null
  return [
    owner.step(statements.countDeleted, id, condition),
    owner.step(statements.delete, id, condition, new Date().toISOString()),
  ]
}

/** The row that a write gave. A write that found nothing looked again without its conditions. */
function changed<R extends Row>(
  [, , [row], again]: readonly [Row[], Row[], R[], ...StoredRow[][]],
  changes: TaskChanges = {},
): R {
  if (row !== undefined) return row
  const seen = again?.[0]
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
