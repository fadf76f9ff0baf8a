import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/database/database.ts'
import { columnsOf, typedColumns } from '../../src/tasks/columns.ts'

export interface SeededTask {
  id: string
  title: string
  description: string | null
  completed: boolean
  created_at: string
  updated_at: string
  due?: string
  priority?: number
  tags?: string[]
  position?: string
}

/** A task whose times a test chooses, as no request can. */
export function seededTask(values: Partial<SeededTask> = {}): SeededTask {
  const time = '2026-01-02T03:04:05.678Z'
  const defaults = { title: 'Buy milk', description: null, completed: false }
  return { id: randomUUID(), ...defaults, created_at: time, updated_at: time, ...values }
}

/** Runs SQL as a user, behind the same wall as a request; rows of the last statement. */
export async function asUser(
  { pool }: Database,
  userId: string,
  ...statements: readonly [text: string, ...values: unknown[]][]
): Promise<Record<string, unknown>[]> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('select app_set_user($1)', [userId])
    let rows: Record<string, unknown>[] = []
    for (const [text, ...values] of statements) rows = (await client.query(text, values)).rows
    await client.query('commit')
    return rows
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

/** Gives a user who has written nothing yet these tasks. */
export async function seedTasks(
  database: Database,
  userId: string,
  tasks: readonly SeededTask[],
): Promise<void> {
  const completed = tasks.filter((task) => task.completed).length
  await asUser(
    database,
    userId,
    ['insert into users (user_id, created_at) values ($1, now())', userId],
    [
      'insert into task_lists (user_id, task_count, completed_count, revision) values ($1, $2, $3, $2)',
      userId,
      tasks.length,
      completed,
    ],
    [
      // From the user's own row, so that one node of a distributed database does it.
      `insert into tasks (user_id, ${columnsOf('')}, revision)
       select l.user_id, ${columnsOf('task.')}, 1
       from task_lists l, jsonb_to_recordset($2::jsonb) as task(${typedColumns}) where l.user_id = $1`,
      userId,
      JSON.stringify(tasks),
    ],
  )
}
