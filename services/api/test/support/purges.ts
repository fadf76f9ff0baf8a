import { sharedApp, type User } from './app.ts'

/** A new task under the id of another. */
export const createAs = (user: User, id: string) =>
  user.post('/tasks/batch', { operations: [{ op: 'create', id, title: 'Again' }] })

/** Every row that the database of the shared app has of a task which is not there any more. */
export async function leftOf({ id }: { id: string }): Promise<object[]> {
  const { pool } = (await sharedApp()).database
  return (await pool.query('select * from purged_tasks where id = $1', [id])).rows
}
