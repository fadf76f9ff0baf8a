import type { Statement } from './statement.ts'

/** Locks the row of a user's list, so that what the user's writes do happens one after another. */
export const listLock: Statement = {
  name: 'task_list_lock',
  text: 'select from task_lists where user_id = $1 for update',
}
