import { type GroupName, groups } from './endpoints.ts'

/** Runs one statement; both engines have it. */
export type RunSql = (sql: string) => Promise<unknown>

/** Rows as the service would have made them: counters and revisions are exact. Each schema has its own SQL. */
export interface Schema {
  addUsers: (first: number, last: number) => string[]
  /** Adds tasks numbered from `from` to `to` to each of the users. */
  addTasks: (first: number, last: number, from: number, to: number) => string[]
}

const idOf = (number: string) => `lpad((${number})::text, 32, '0')::uuid`
const createdAt = `timestamptz '2026-01-01 00:00:00Z' + n * interval '1 second'`
const eachTask = (first: number, last: number, from: number, to: number) =>
  `generate_series(${first}, ${last}) u cross join generate_series(${from}, ${to}) n`

export const tasklaneSchema: Schema = {
  addUsers: (first, last) => [
    `insert into users (user_id, created_at)
     select ${idOf('u')}, timestamptz '2026-01-01 00:00:00Z' from generate_series(${first}, ${last}) u`,
    `insert into task_lists (user_id, revision)
     select ${idOf('u')}, 0 from generate_series(${first}, ${last}) u`,
  ],
  addTasks: (first, last, from, to) => [
    `insert into tasks (user_id, id, title, description, completed, created_at, updated_at, revision)
     select l.user_id, ${idOf('u::bigint * 1000000 + n')}, 'Task ' || n, 'Number ' || n || ' of user ' || u,
            n % 3 = 0, ${createdAt}, ${createdAt}, l.revision + n - ${from} + 1
     from ${eachTask(first, last, from, to)} join task_lists l on l.user_id = ${idOf('u')}
     order by u, n`,
    `update task_lists
     set task_count = task_count + ${to - from + 1}, revision = revision + ${to - from + 1},
         completed_count = completed_count + ${Math.floor(to / 3) - Math.floor((from - 1) / 3)}
     where user_id between ${idOf(String(first))} and ${idOf(String(last))}`,
  ],
}

export const peerSchema: Schema = {
  addUsers: () => [],
  addTasks: (first, last, from, to) => [
    `insert into tasks (id, user_id, title, description, completed, created_at, updated_at, is_deleted)
     select ${idOf('u::bigint * 1000000 + n')}, ${idOf('u')}, 'Task ' || n, 'Number ' || n || ' of user ' || u,
            n % 3 = 0, ${createdAt}, ${createdAt}, false
     from ${eachTask(first, last, from, to)} order by u, n`,
  ],
}

export async function seed(run: RunSql, schema: Schema): Promise<void> {
  for (const { first, users, tasks } of Object.values(groups)) {
    const last = first + users - 1
    await inTransaction(run, [
      ...schema.addUsers(first, last),
      ...(tasks > 0 ? schema.addTasks(first, last, 1, tasks) : []),
    ])
  }
  await run('vacuum analyze')
}

/** Tasks to be deleted, made before each run that deletes; handed out by number, so none is asked for twice. */
export class DeleteSupply {
  readonly #run: RunSql
  readonly #schema: Schema
  #made = 0
  #handedOut = 0

  constructor(run: RunSql, schema: Schema) {
    this.#run = run
    this.#schema = schema
  }

  /** Returns the serial number of the first of `count` tasks; serial s is task s / users of user s % users. */
  async reserve(count: number): Promise<number> {
    const start = this.#handedOut
    this.#handedOut += count
    await this.prepare(this.#handedOut - this.#made)
    return start
  }

  async prepare(count: number): Promise<void> {
    const { first, users } = groups['deleted' satisfies GroupName]
    const each = Math.ceil(count / users)
    if (each <= 0) return
    const from = this.#made / users
    // Task 0 of a user is its first here; load.lua and pgbench count from it, too.
    await inTransaction(this.#run, this.#schema.addTasks(first, first + users - 1, from, from + each - 1))
    this.#made += each * users
  }
}

async function inTransaction(run: RunSql, statements: readonly string[]): Promise<void> {
  await run('begin')
  for (const statement of statements) await run(statement)
  await run('commit')
}
