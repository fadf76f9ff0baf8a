import { withinQuota } from '../database/quota.ts'
import { raised } from '../database/revision.ts'
import { giving, type Statement } from '../database/statement.ts'
import { change, columnsOf, creation, type NoTask, type StoredRow } from './columns.ts'

/** The columns of a task that is called `t`, and its revision. */
export const storedTask = `${columnsOf('t.')}, t.revision`

/** The live task $2, if it is at one of the revisions $3 (null: at any). */
const isTask =
  't.user_id = $1 and t.id = $2 and not t.is_deleted and ($3::bigint[] is null or t.revision = any($3))'

function insertStatement(name: string, { columns, parameters }: typeof creation.plain): Statement<StoredRow> {
  return {
    name,
    text: `
      insert into tasks as t (user_id, id, created_at, updated_at, ${columns}, revision)
      select user_id, $2::uuid, $3::timestamptz, $3::timestamptz, ${parameters}, revision
      from task_lists where user_id = $1
      returning ${storedTask}`,
  }
}

type ChangeSql = typeof change.plain

/** A task, and the one that came next when it was completed. */
export type RepeatingRow = StoredRow & { next_id: string | null }

/** The same, with what the next one is like; null where there is none. A move leaves that one as it was made. */
export type SeenRow = RepeatingRow & { next_revision: number | null; next_is_as_made: boolean | null }

/**
 * Whether a change is of this task alone, or what follows for the next one goes with it (the parameter behind the
 * fields): completed, a task that repeats makes another; taken back, it takes that one back.
 */
function isWhole({ after, parameterBehind }: ChangeSql): string {
  return `(${parameterBehind(1)}::boolean or not case when ${after('completed')}
        then not t.completed and t.next_id is null and ${after('recurrence')} is not null
        else t.completed and t.next_id is not null end)`
}

function countUpdated(name: string, sql: ChangeSql): Statement {
  const { parameterOf, parameterBehind, isAny, holds } = sql
  const isCompleted = parameterOf('completed')
  return {
    name,
    text: `
      update task_lists l
      set revision = ${raised('l.revision', parameterBehind(2))},
          completed_count = l.completed_count
            + case when ${isCompleted} and not t.completed then 1 when not ${isCompleted} and t.completed then -1 else 0 end
      from tasks t
      where l.user_id = $1 and ${isTask} and ${isAny} and ${holds} and ${isWhole(sql)}`,
  }
}

function updateStatement(name: string, sql: ChangeSql): Statement<RepeatingRow> {
  const { assignments, isAny, holds } = sql
  const now = sql.parameterBehind(2)
  return {
    name,
    text: `
      update tasks t
      set ${assignments},
          updated_at = case when ${isAny} then greatest(t.updated_at, ${now}) else t.updated_at end,
          revision = case when ${isAny} then l.revision else t.revision end
      from task_lists l
      where l.user_id = $1 and ${isTask} and ${holds} and ${isWhole(sql)}
      returning ${storedTask}, t.next_id`,
  }
}

/**
 * Every statement on tasks but the pages of a list. `user_id = $1` stands in each, and row-level security behind it.
 *
 * A write locks the caller's list row before it looks at a task, so a user's writes happen one after another and
 * what one statement saw still holds in the next. Times, and the revision of this time, come as parameters, for a
 * distributed engine refuses volatile functions.
 */
export const taskStatements = {
  get: giving<StoredRow>({
    name: 'task_get',
    text: `select ${columnsOf('')}, revision from tasks where user_id = $1 and id = $2 and not is_deleted`,
  }),

  /** One row, however long the list is. */
  revision: giving<{ revision: number }>({
    name: 'task_list_revision',
    text: 'select revision from task_lists where user_id = $1',
  }),

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
        set task_count = task_count + 1 + ${withinQuota('1', '$2')},
            revision = ${raised('revision', '$3')}
        where user_id = $1
        returning user_id
      )
      select 1 / count(*) from counted`,
  },

  insert: insertStatement('task_insert', creation.plain),
  insertPlanned: insertStatement('task_insert_planned', creation.planned),

  countUpdated: countUpdated('task_count_updated', change.plain),
  countUpdatedPlanned: countUpdated('task_count_updated_planned', change.planned),

  update: updateStatement('task_update', change.plain),
  updatePlanned: updateStatement('task_update_planned', change.planned),

  /**
   * Locks the list, and tells what the live tasks $2 are like; without any there is one row still. Where it had to wait
   * for the lock it tells what was before, so what follows from it has to stand on `isAt`.
   */
  look: giving<SeenRow | NoTask>({
    name: 'task_look',
    text: `
      select ${storedTask}, t.next_id, n.revision as next_revision, n.is_as_made as next_is_as_made
      from task_lists l
        left join lateral (
          select ${columnsOf('')}, revision, next_id
          from tasks where user_id = $1 and id = any($2::uuid[]) and not is_deleted
        ) t on true
        left join lateral (
          select revision, not is_deleted and not completed and updated_at = created_at as is_as_made
          from tasks where user_id = $1 and id = t.next_id
        ) n on true
      where l.user_id = $1
      for update of l`,
  }),

  /** Fails (division by zero), which undoes the whole transaction, unless the task $2 is at the revision $3. */
  isAt: {
    name: 'task_is_at',
    // walls cannot leak: it is asked only about a task of the caller's that was seen a moment ago, and tells nothing of it.
    text: 'select 1 / count(*) from tasks where user_id = $1 and id = $2 and revision = $3',
  },

  /** Of a task that was completed: the next one, or null when that one was taken back. */
  setNext: {
    name: 'task_set_next',
    text: 'update tasks set next_id = $3 where user_id = $1 and id = $2',
  },

  /** What was deleted a moment ago is not to be in the trash. */
  countDropped: {
    name: 'task_count_dropped',
    text: 'update task_lists set trash_count = trash_count - 1 where user_id = $1',
  },

  drop: {
    name: 'task_drop',
    // walls cannot leak: the server made the id for the caller's own task, so nobody else has one of that id.
    text: 'delete from tasks where user_id = $1 and id = $2 and is_deleted',
  },

  countDeleted: {
    name: 'task_count_deleted',
    text: `
      update task_lists l
      set task_count = l.task_count - 1,
          completed_count = l.completed_count - case when t.completed then 1 else 0 end,
          trash_count = l.trash_count + 1,
          revision = ${raised('l.revision', '$4')}
      from tasks t
      where l.user_id = $1 and ${isTask}`,
  },

  delete: giving<{ id: string }>({
    name: 'task_delete',
    text: `
      update tasks t
      set is_deleted = true, deleted_at = $4, revision = l.revision
      from task_lists l
      where l.user_id = $1 and ${isTask}
      returning t.id`,
  }),
} satisfies Record<string, Statement>
