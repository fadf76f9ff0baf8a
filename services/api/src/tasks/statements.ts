import type { Statement } from '../database/database.ts'

const taskColumns = 'id, title, description, completed, created_at, updated_at'

/** Whether the parameters $3 (title), $4/$5 (description is given, and which) and $6 (completed) change a task. */
const changesTask = `(
      t.title is distinct from coalesce($3, t.title)
      or ($4 and t.description is distinct from $5)
      or t.completed is distinct from coalesce($6, t.completed))`

/**
 * Every statement on tasks. `user_id = $1` stands first in each, and row-level security stands behind it.
 *
 * A write locks the caller's list row before it looks at a task, so a user's writes happen one after another and
 * what one statement saw still holds in the next. Times come as parameters, for a distributed engine refuses
 * volatile functions.
 */
export const statements = {
  get: {
    name: 'task_get',
    text: `select ${taskColumns}, revision from tasks where user_id = $1 and id = $2 and not is_deleted`,
  },

  /** The total is the counter's, so it costs the same for ten tasks and for a million. */
  page: {
    name: 'task_page',
    text: `
      select l.task_count as total, l.revision, t.*
      from task_lists l
      left join lateral (
        select ${taskColumns} from tasks
        where user_id = $1 and not is_deleted
        order by created_at desc, id desc
        limit $2 offset $3
      ) t on true
      where l.user_id = $1`,
  },

  countCreated: {
    name: 'task_count_created',
    text: 'update task_lists set task_count = task_count + 1, revision = revision + 1 where user_id = $1',
  },

  /**
   * Only beside a list row that this very transaction has counted it in. A list that another request made between
   * the two statements would take the task uncounted; so none is inserted, and the caller tries again.
   */
  insert: {
    name: 'task_insert',
    text: `
      insert into tasks (user_id, id, title, description, created_at, updated_at, revision)
      select user_id, $2::uuid, $3, $4, $5::timestamptz, $5::timestamptz, revision from task_lists
      where user_id = $1 and xmin = pg_current_xact_id()::xid
      returning ${taskColumns}, revision`,
  },

  lock: {
    name: 'task_list_lock',
    text: 'select from task_lists where user_id = $1 for update',
  },

  countUpdated: {
    name: 'task_count_updated',
    text: `
      update task_lists l
      set revision = l.revision + 1,
          completed_count = l.completed_count
            + case when $6 and not t.completed then 1 when not $6 and t.completed then -1 else 0 end
      from tasks t
      where l.user_id = $1 and t.user_id = $1 and t.id = $2 and not t.is_deleted and ${changesTask}`,
  },

  update: {
    name: 'task_update',
    text: `
      update tasks t
      set title = coalesce($3, t.title),
          description = case when $4 then $5 else t.description end,
          completed = coalesce($6, t.completed),
          updated_at = case when ${changesTask} then greatest(t.updated_at, $7) else t.updated_at end,
          revision = case when ${changesTask} then l.revision else t.revision end
      from task_lists l
      where t.user_id = $1 and l.user_id = $1 and t.id = $2 and not t.is_deleted
      returning t.id, t.title, t.description, t.completed, t.created_at, t.updated_at, t.revision`,
  },

  countDeleted: {
    name: 'task_count_deleted',
    text: `
      update task_lists l
      set task_count = l.task_count - 1,
          completed_count = l.completed_count - case when t.completed then 1 else 0 end,
          revision = l.revision + 1
      from tasks t
      where l.user_id = $1 and t.user_id = $1 and t.id = $2 and not t.is_deleted`,
  },

  delete: {
    name: 'task_delete',
    text: `
      update tasks t
      set is_deleted = true, deleted_at = $3, revision = l.revision
      from task_lists l
      where t.user_id = $1 and l.user_id = $1 and t.id = $2 and not t.is_deleted
      returning t.id`,
  },
} satisfies Record<string, Statement>
