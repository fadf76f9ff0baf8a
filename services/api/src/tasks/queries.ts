import { v7 as uuidV7 } from 'uuid'
import type { Row, Step, UserDatabase } from '../database/database.ts'
import { notFound } from '../errors.ts'
import type { NewTask, Task, TaskChanges } from './schema.ts'
import { statements } from './statements.ts'

/** A task and the revision it was last changed at, which is its entity tag. */
export interface StoredTask extends Task {
  revision: number
}

export interface TaskPage {
  tasks: Task[]
  total: number
}

/** Makes a user's rows at their first write, if the issuer still knows them. */
export type Provision = (userId: string) => Promise<void>

/**
 * One user's tasks. To this object, another user's task does not exist.
 *
 * Every method is one transaction in one round trip, and every statement of it names the owner first.
 */
export class OwnedTasks {
  readonly #database: UserDatabase
  readonly #userId: string
  readonly #provision: Provision

  constructor(database: UserDatabase, userId: string, provision: Provision) {
    this.#database = database
    this.#userId = userId
    this.#provision = provision
  }

  async create(task: NewTask): Promise<StoredTask> {
    const description = task.description ?? null
    const values = [this.#userId, uuidV7(), task.title, description, new Date().toISOString()]
    const steps = [this.#step(statements.countCreated), { statement: statements.insert, values }]
    const [, [created] = []] = await this.#writeProvisioned(steps)
    return toTask(created)
  }

  async list({ page, perPage }: { page: number; perPage: number }): Promise<TaskPage> {
    const [rows = []] = await this.#database.read(this.#userId, [
      this.#step(statements.page, perPage, (page - 1) * perPage),
    ])
    // A list without tasks (or a page past its end) is one row that has the total and no task.
    const tasks = rows.filter((row) => row.id !== null)
    return { tasks: tasks as unknown as Task[], total: Number(rows[0]?.total ?? 0) }
  }

  async get(id: string): Promise<StoredTask> {
    const [[row] = []] = await this.#database.read(this.#userId, [this.#step(statements.get, id)])
    return toTask(row)
  }

  /** A change that changes nothing leaves the revision and `updated_at` as they were. */
  async update(id: string, changes: TaskChanges): Promise<StoredTask> {
    const { title = null, description = null, completed = null } = changes
    const values = [this.#userId, id, title, 'description' in changes, description, completed]
    const [, , [row] = []] = await this.#database.write(this.#userId, [
      this.#step(statements.lock),
      { statement: statements.countUpdated, values },
      { statement: statements.update, values: [...values, new Date().toISOString()] },
    ])
    return toTask(row)
  }

  async delete(id: string): Promise<void> {
    const [, , [row] = []] = await this.#database.write(this.#userId, [
      this.#step(statements.lock),
      this.#step(statements.countDeleted, id),
      this.#step(statements.delete, id, new Date().toISOString()),
    ])
    if (row === undefined) notFound('Task')
  }

  /** A user whose rows are not there yet touches none; then they are made, and the same is done again. */
  async #writeProvisioned(steps: readonly Step[]): Promise<Row[][]> {
    const results = await this.#database.write(this.#userId, steps)
    if (results.at(-1)?.length !== 0) return results
    await this.#provision(this.#userId)
    return this.#database.write(this.#userId, steps)
  }

  #step(statement: Step['statement'], ...values: readonly unknown[]): Step {
    return { statement, values: [this.#userId, ...values] }
  }
}

/** The statements select the columns of StoredTask, under its names. */
function toTask(row: Row | undefined): StoredTask {
  return (row as unknown as StoredTask | undefined) ?? notFound('Task')
}
