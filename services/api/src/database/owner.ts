import { unavailable } from '../errors.ts'
import type { UserDatabase } from './database.ts'
import { databaseError } from './database-error.ts'
import { deadlineFromNow } from './deadline.ts'
import type { Planned } from './in-own-transaction.ts'
import { NO_QUOTA, quotaError } from './quota.ts'
import { revisionAt } from './revision.ts'
import type { Row, RowsOf, Run, Statement, Step } from './statement.ts'
import { listStatements } from './statements.ts'

/** One retry is enough, unless the account is deleted again in between. */
const ATTEMPTS = 3

export interface OwnerHooks {
  /** Makes the user's rows, at their first write; refuses users that the issuer does not know any more. */
  provision: (userId: string, deadline: number) => Promise<void>
  /** Told after every committed write, for those who wait for this user's changes. */
  changed: (userId: string) => void
  /** What revisions follow besides their count, in milliseconds since the epoch; the clock, but in a test. */
  now?: (() => number) | undefined
  /** How long a part of long work waits; as long as a request, but in a test. */
  waitMilliseconds?: number | undefined
}

/**
 * The one way from a request to the database: statements on behalf of one user.
 *
 * A step made here has the user's id as its first parameter, so a statement cannot be run for anybody else. All that
 * is done here is done by the request's deadline, if there is one, or not at all; but for long work.
 */
export class Owner {
  readonly id: string
  /** How many tasks the user may have, those in the trash included. */
  readonly quota: number
  /** The revision of this time, which is the same for all that is done here: what it raises, it raises by one. */
  readonly clock: number
  readonly #database: UserDatabase
  readonly #hooks: OwnerHooks
  readonly #deadline: number | undefined

  constructor(id: string, database: UserDatabase, hooks: OwnerHooks, deadline?: number, quota = NO_QUOTA) {
    this.id = id
    this.quota = quota
    this.clock = revisionAt(hooks.now?.() ?? Date.now())
    this.#database = database
    this.#hooks = hooks
    this.#deadline = deadline
  }

  /** The same user for work that outlives its request: each part of it has a request's time, from its own beginning. */
  withoutDeadline(): Owner {
    return new Owner(this.id, this.#database, this.#hooks, undefined, this.quota)
  }

  step<R extends Row = Row>(statement: Statement<R>, ...values: readonly unknown[]): Step<R> {
    return { statement, values: [this.id, ...values] }
  }

  /** Locks the user's list: every write that looks before it writes begins with it, so that none can deadlock. */
  lockList(): Step {
    return this.step(listStatements.lock)
  }

  read<const Steps extends readonly Step[]>(...steps: Steps): Promise<RowsOf<Steps>> {
    return this.#database.read(this.id, steps, this.#until())
  }

  /** A read that is planned for its values, or is long, on a connection of its own. */
  async readApart<R extends Row>(step: Step<R>, planned?: Planned): Promise<R[]> {
    const read = (run: Run) => run([step])
    const [rows] = await this.#database.inOwnTransaction(this.id, read, this.#deadline, planned)
    return rows
  }

  /** The same for what may take as long as the user has tasks. */
  async readAtLength<R extends Row>(step: Step<R>): Promise<R[]> {
    const [rows] = await this.#database.inOwnTransaction(this.id, (run) => run([step]))
    return rows
  }

  write<const Steps extends readonly Step[]>(...steps: Steps): Promise<RowsOf<Steps>> {
    return this.#committed(this.#database.write(this.id, steps, this.#until()))
  }

  /** A transaction whose later steps depend on earlier ones. */
  inOwnTransaction<T>(work: (run: Run) => Promise<T>): Promise<T> {
    return this.#committed(this.#database.inOwnTransaction(this.id, work, this.#deadline))
  }

  /** The same for what may take as long as the user has tasks. */
  inOwnLongTransaction<T>(work: (run: Run) => Promise<T>): Promise<T> {
    return this.#committed(this.#database.inOwnTransaction(this.id, work))
  }

  /** When the database was last taken back in time, as a revision; 0 for never. */
  lastRestore(): Promise<number> {
    return this.#database.lastRestore(this.id, this.#until())
  }

  /** Does the work; when its error says that the user's rows are not there yet, makes them and does it again. */
  async provisioning<T>(work: () => Promise<T>, { when }: { when: (error: unknown) => boolean }): Promise<T> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      try {
        return await work()
      } catch (error) {
        if (!when(error)) throw error
      }
      await this.provision()
    }
    throw unavailable('The account is being deleted')
  }

  #until(): number {
    return this.#deadline ?? deadlineFromNow(this.#hooks.waitMilliseconds)
  }

  async #committed<T>(work: Promise<T>): Promise<T> {
    try {
      const result = await work
      this.#hooks.changed(this.id)
      return result
    } catch (error) {
      throw quotaError(error, this.quota)
    }
  }

  async provision(): Promise<void> {
    try {
      await this.#hooks.provision(this.id, this.#until())
    } catch (error) {
      throw databaseError(error)
    }
  }
}
