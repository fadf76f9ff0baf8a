import { withinQuota } from '../database/quota.ts'
import { raised } from '../database/revision.ts'
import { giving, type Statement } from '../database/statement.ts'
import { columnsOf, type TaskRow, typedColumns } from '../tasks/columns.ts'

export const accountStatements = {
  summary: giving<{ created_at: string; task_count: number; completed_count: number; trash_count: number }>({
    name: 'account_summary',
    text: `
      select u.created_at, l.task_count, l.completed_count, l.trash_count
      from users u join task_lists l on l.user_id = u.user_id
      where u.user_id = $1 and l.user_id = $1`,
  }),

  /** All tasks, the deleted ones too, in the order of their ids, which never change. */
  exportPage: giving<TaskRow & { deleted_at: string | null }>({
    name: 'account_export_page',
    text: `
      select ${columnsOf('')}, deleted_at from tasks
      where user_id = $1 and ($2::uuid is null or id > $2)
      order by id limit $3`,
  }),

  /**
   * Adds the tasks of a JSON array whose ids are not there yet, each with a revision of its own behind $3, or behind the
   * list's if that is higher. A task's own times are kept, so that what comes back is what was exported.
   */
  importTasks: giving<{ completed: boolean; is_deleted: boolean }>({
    name: 'account_import_tasks',
    text: `
      insert into tasks as t
        (user_id, ${columnsOf('')}, is_deleted, deleted_at, revision)
      select l.user_id, ${columnsOf('r.')},
             r.deleted_at is not null, r.deleted_at, ${raised('l.revision', '$3', 'r.nth')}
      from task_lists l, jsonb_to_recordset($2::jsonb) as r(
        nth bigint, ${typedColumns}, deleted_at timestamptz)
      where l.user_id = $1
      on conflict (user_id, id) do nothing
      returning t.completed, t.is_deleted`,
  }),

  /** Unless the list was locked before ($8), only while it has not come past the revisions that the tasks were given. */
  countImported: giving<{ revision: number }>({
    name: 'account_count_imported',
    text: `
      update task_lists
      set task_count = task_count + $2 + ${withinQuota('$2::bigint - $4::bigint', '$6')}, completed_count = completed_count + $3, trash_count = trash_count + $4,
          revision = ${raised('revision', '$7', '$5')}
      where user_id = $1 and ($8 or revision <= $7)
      returning revision`,
  }),

  remove: {
    name: 'account_remove',
    text: 'delete from users where user_id = $1',
  },
} satisfies Record<string, Statement>
