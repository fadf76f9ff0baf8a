import { raised } from '../database/revision.ts'
import { giving, type Statement } from '../database/statement.ts'
import { columnsOf, columnsOfPurged, type NoTask, type StoredRow } from '../tasks/columns.ts'

/** A change, or the place of the list where there is none. */
type ListRow = { list_revision: number; horizon: number; begun: number }
export type ChangeRow = ListRow & StoredRow & { is_deleted: boolean }
export type NoChange = ListRow & NoTask & { revision: null; is_deleted: null }

export const syncStatements = {
  /**
   * Changes after revision $2, oldest first, and of the purged tasks those that were deleted after revision $4. Each
   * row carries the list's revision, its horizon and when it began, of the same snapshot.
   */
  changes: giving<ChangeRow | NoChange>({
    name: 'sync_changes',
    text: `
      select l.revision as list_revision, l.horizon, l.begun, t.*
      from task_lists l left join lateral (
        (select ${columnsOf('')}, revision, is_deleted from tasks
         where user_id = $1 and revision > $2 order by revision limit $3)
        union all
        (select ${columnsOfPurged}, revision, true from purged_tasks
         where user_id = $1 and revision > $4 order by revision limit $3)
        order by revision
        limit $3
      ) t on true
      where l.user_id = $1`,
  }),

  /** Where a list is now. */
  place: giving<{ revision: number; begun: number }>({
    name: 'sync_place',
    text: 'select revision, begun from task_lists where user_id = $1',
  }),

  /** No token that was given before is good any more, and no entity tag of the list; $2 is the revision of this time. */
  beginAnew: {
    name: 'sync_begin_anew',
    // walls: an operator's command runs it for every user in turn, and no request does.
    text: `
      update task_lists
      set revision = ${raised('revision', '$2')}, horizon = ${raised('revision', '$2')}, begun = ${raised('begun', '$2')}
      where user_id = $1`,
  },
} satisfies Record<string, Statement>

/**
 * The revision of each of the lists $1. A statement of no request: it runs as tasklane_observer, to which the database
 * shows these two columns of all users and nothing else.
 */
// walls: tasklane_observer is shown ids and revisions only, and no caller is told of them.
export const observeRevisions = 'select user_id, revision from task_lists where user_id = any($1::uuid[])'
