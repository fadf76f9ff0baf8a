import type { Owner } from '../database/owner.ts'
import type { Step } from '../database/statement.ts'
import { invalid, notFound, unavailable } from '../errors.ts'
import { preconditionFailed } from '../http/contract/entity-tag.ts'
import { restsOnTask } from '../planning/footing.ts'
import { hasTask, type NoTask, type StoredRow, toTask } from './columns.ts'
import type { Listing, Page } from './listing.ts'
import type { PageRow } from './page-statements.ts'
import { isMatching, pageStep, toPage } from './pages.ts'
import { changeAsSeen, wholeChange } from './repetition.ts'
import type { Task, TaskChanges } from './schema.ts'
import { type RepeatingRow, type SeenRow, taskStatements } from './statements.ts'
import { createSteps, deleteSteps, lookAgain, unfoundedOf, updateSteps } from './steps.ts'

/** Each time round, somebody else has changed the same task between two round trips. */
const ATTEMPTS = 50

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
 * Every method but a search is one transaction in one round trip, or two (`update`). `revisions` names those at which a
 * task may be changed (If-Match); undefined is any.
 */
export class OwnedTasks {
  readonly #owner: Owner

  constructor(owner: Owner) {
    this.#owner = owner
  }

  /** @param alongside steps of the same transaction. */
  async create(task: Task, ...alongside: readonly Step[]): Promise<StoredTask> {
    const write = () => this.#owner.write(...createSteps(this.#owner, task), ...alongside)
    const [, [row]] = await this.#owner.provisioning(write, { when: isDivisionByZero })
    return found(row)
  }

  async get(id: string): Promise<StoredTask> {
    const [[row]] = await this.#owner.read(this.#owner.step(taskStatements.get, id))
    return found(row)
  }

  async list(listing: Listing): Promise<Page<Task>> {
    const step = pageStep(this.#owner, listing)
    return toPage(listing, await this.#readPage(listing, step))
  }

  /** What has to be looked for is planned for its values, apart from short requests; a search takes its time. */
  async #readPage(listing: Listing, step: Step<PageRow>): Promise<PageRow[]> {
    if (isMatching(listing))
      return listing.search === undefined ? this.#owner.readApart(step) : this.#owner.readAtLength(step)
    const [rows] = await this.#owner.read(step)
    return rows
  }

  /** The list's revision, by one row's read; it changes exactly when any of the tasks does. */
  async revision(): Promise<number> {
    const [[row]] = await this.#owner.read(this.#owner.step(taskStatements.revision))
    return row?.revision ?? 0
  }

  /**
   * A change that changes nothing leaves the revision and `updated_at` as they were. One that completes a task which
   * repeats, or takes that back, changes nothing at first and only tells what the task is like; then it is done with
   * what follows from it, in one more round trip, if the task still is like that.
   */
  async update(id: string, changes: TaskChanges, revisions?: readonly number[]): Promise<RepeatingTask> {
    const steps = updateSteps(this.#owner, id, changes, revisions)
    if (revisions === undefined && changes.completed === undefined && !restsOnTask(changes)) {
      const [, , [row]] = await this.#owner.write(this.#owner.lockList(), ...steps)
      return row === undefined ? notFound('Task') : toTask(row)
    }
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const look = this.#owner.step(taskStatements.look, [id])
      const [[seen], , [row]] = await this.#owner.write(look, ...steps)
      if (row !== undefined) return toTask(row)
      const whole = await this.#updateWhole(stillThere(seen, changes, revisions), changes)
      if (whole !== undefined) return toTask(whole)
    }
    throw unavailable('The task is being changed by others')
  }

  /** Undefined, and nothing done, where the task or its next one has changed since. */
  async #updateWhole(seen: SeenRow, changes: TaskChanges): Promise<RepeatingRow | undefined> {
    const whole = wholeChange(this.#owner, seen, changes)
    try {
      const steps = changeAsSeen(this.#owner, seen, whole)
      const [, , , [row]] = await this.#owner.write(this.#owner.lockList(), ...steps)
      return row === undefined ? undefined : { ...row, next_id: whole.nextId }
    } catch (error) {
      if (isDivisionByZero(error)) return undefined
      throw error
    }
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

/** A task that was seen where a change found nothing to change. */
function stillThere(
  seen: SeenRow | NoTask | undefined,
  changes: TaskChanges,
  revisions: readonly number[] | undefined,
): SeenRow {
  if (seen === undefined || !hasTask(seen)) return notFound('Task')
  const isAllowed = revisions === undefined || revisions.includes(seen.revision)
  return isAllowed && unfoundedOf(changes, seen).length === 0 ? seen : refuse(seen, changes)
}

/** Of a write that found nothing, and looked again without its conditions. */
function refuse(seen: StoredRow | undefined, changes: TaskChanges = {}): never {
  if (seen === undefined) return notFound('Task')
  const faults = unfoundedOf(changes, seen)
  if (faults.length === 0) preconditionFailed()
  return invalid(faults.map(({ field, message }) => ({ in: 'body', path: `/${field}`, message })))
}

/** How `countCreated` fails for want of a list, and `isAt` (PostgreSQL appendix A, division_by_zero). */
function isDivisionByZero(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '22012'
}

export function found(row: StoredRow | undefined): StoredTask {
  return row === undefined ? notFound('Task') : toTask(row)
}
