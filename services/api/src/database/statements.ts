import type { Statement } from './statement.ts'

/** Statements of the user's list itself, which every resource may need. */
export const listStatements = {
  /** So that what the user's writes do happens one after another. */
  lock: {
    name: 'task_list_lock',
    text: 'select from task_lists where user_id = $1 for update',
  },
} satisfies Record<string, Statement>
