import { withinQuota } from '../database/quota.ts'
import type { Statement } from '../database/statement.ts'

/** The columns of a task, in the contract's order. */
export const taskColumns = 'id, title, description, completed, created_at, updated_at'

/** The same of a task called `t`, and its revision. */
export const storedTask = 't.id, t.title, t.description, t.completed, t.created_at, t.updated_at, t.revision'

/** Whether the parameters $4 (title), $5/$6 (description is given, and which) and $7 (completed) change a task. */
const changesTask = `(
      t.title is distinct from coalesce($4, t.title)
      or ($5 and t.description is distinct from $6)
      or t.completed is distinct from coalesce($7, t.completed))`

/** The live task $2, if it is at one of the revisions $3 (null: at any). */
const isTask =
  't.user_id = $1 and t.id = $2 and not t.is_deleted and ($3::bigint[] is null or t.revision = any($3))'

/**
 * Every statement on tasks but the pages of a list. `user_id = $1` stands in each, and row-level security behind it.
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

  /** One row, however long the list is. */
  revision: {
    name: 'task_list_revision',
    text: 'select revision from task_lists where user_id = $1',
  },

  /**
   * Fails (division by zero) for a user without a list, which undoes the whole transaction: the steps after it would
   * see a list that another request makes meanwhile, and go on without having counted or locked it. Fails in another
   * way past the quota $2.
   */
  countCreated: {
    name: 'task_count_created',
    text: `
      with counted as (
        update task_lists
        set task_count = task_count + 1 + ${withinQuota('1', '$2')}, revision = revision + 1
        where user_id = $1
        returning user_id
      )
      select 1 / count(*) from counted`,
  },

  insert: {
    name: 'task_insert',
    text: `
      insert into tasks (user_id, id, title, description, created_at, updated_at, revision)
      select user_id, $2::uuid, $3, $4, $5::timestamptz, $5::timestamptz, revision from task_lists where user_id = $1
      returning ${taskColumns}, revision`,
  },

  countUpdated: {
    name: 'task_count_updated',
    text: `
      update task_lists l
      set revision = l.revision + 1,
          completed_count = l.completed_count
            + case when $7 and not t.completed then 1 when not $7 and t.completed then -1 else 0 end
      from tasks t
      where l.user_id = $1 and ${isTask} and ${changesTask}`,
  },

  update: {
    name: 'task_update',
    text: `
      update tasks t
      set title = coalesce($4, t.title),
          description = case when $5 then $6 else t.description end,
          completed = coalesce($7, t.completed),
          updated_at = case when ${changesTask} then greatest(t.updated_at, $8) else t.updated_at end,
          revision = case when ${changesTask} then l.revision else t.revision end
      from task_lists l
      where l.user_id = $1 and ${isTask}
      returning ${storedTask}`,
  },

  countDeleted: {
    name: 'task_count_deleted',
    text: `
      update task_lists l
      set task_count = l.task_count - 1,
          completed_count = l.completed_count - case when t.completed then 1 else 0 end,
          trash_count = l.trash_count + 1,
          revision = l.revision + 1
      from tasks t
      where l.user_id = $1 and ${isTask}`,
  },

  delete: {
    name: 'task_delete',
    text: `
      update tasks t
      set is_deleted = true, deleted_at = $4, revision = l.revision
      from task_lists l
      where l.user_id = $1 and ${isTask}
      returning t.id`,
  },
} satisfies Record<string, Statement>
