import { raised } from '../database/revision.ts'
import { giving, type Statement } from '../database/statement.ts'
import { columnsOf, type StoredRow } from '../tasks/columns.ts'
import { storedTask } from '../tasks/statements.ts'

/** Under the list's lock. */
export const moveStatements = {
  /** Those of the tasks $2 that are there. */
  find: giving<StoredRow>({
    name: 'move_find',
    text: `
      select ${columnsOf('')}, revision from tasks
      where user_id = $1 and id = any($2::uuid[]) and not is_deleted`,
  }),

  count: {
    name: 'move_count',
    text: `
      update task_lists set revision = ${raised('revision', '$3', 'cardinality($2::uuid[])')}
      where user_id = $1`,
  },

  /** Gives the tasks $2 the places $3, and each a revision of its own; `updated_at` stays. */
  place: giving<StoredRow>({
    name: 'move_place',
    text: `
      update tasks t
      set position = p.position, revision = l.revision - cardinality($2::uuid[]) + p.nth
      from task_lists l, unnest($2::uuid[], $3::text[]) with ordinality as p (id, position, nth)
      where l.user_id = $1 and t.user_id = $1 and t.id = p.id and not t.is_deleted
      returning ${storedTask}`,
  }),
} satisfies Record<string, Statement>
