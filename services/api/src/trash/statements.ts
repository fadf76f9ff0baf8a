import { raised } from '../database/revision.ts'
import { giving, type Statement } from '../database/statement.ts'
import { columnsOf, type NoTask, type StoredRow, type TaskRow } from '../tasks/columns.ts'
import { storedTask } from '../tasks/statements.ts'

const isTrashed = 't.user_id = $1 and t.id = $2 and t.is_deleted'

export type TrashedRow = TaskRow & { deleted_at: string }
type TrashPageRow = { trash_count: number } & (TrashedRow | (NoTask & { deleted_at: null }))

function page(name: string, after: string, limits: string): Statement<TrashPageRow> {
  return giving({
    name,
    text: `
      select l.trash_count, t.*
      from task_lists l left join lateral (
        select ${columnsOf('')}, deleted_at from tasks
        where user_id = $1 and is_deleted ${after}
        order by deleted_at desc, id desc
        ${limits}
      ) t on true
      where l.user_id = $1`,
  })
}

/** Every statement on deleted tasks. The caller's list row is locked before any of the writes. */
export const trashStatements = {
  page: page('trash_page', '', 'limit $2 offset $3'),
  pageAfter: page('trash_page_after', 'and (deleted_at, id) < ($3::timestamptz, $4::uuid)', 'limit $2'),

  countRestored: {
    name: 'trash_count_restored',
    text: `
      update task_lists l
      set task_count = l.task_count + 1,
          completed_count = l.completed_count + case when t.completed then 1 else 0 end,
          trash_count = l.trash_count - 1,
          revision = ${raised('l.revision', '$3')}
      from tasks t
      where l.user_id = $1 and ${isTrashed}`,
  },

  restore: giving<StoredRow>({
    name: 'trash_restore',
    text: `
      update tasks t
      set is_deleted = false, deleted_at = null, revision = l.revision
      from task_lists l
      where l.user_id = $1 and ${isTrashed}
      returning ${storedTask}`,
  }),

  /** The revision stays, since nothing changes that the list or a synced client shows. */
  countPurged: {
    name: 'trash_count_purged',
    text: `
      update task_lists l
      set trash_count = l.trash_count - 1
      from tasks t
      where l.user_id = $1 and ${isTrashed}`,
  },

  purge: {
    name: 'trash_purge',
    text: 'delete from tasks t where t.user_id = $1 and t.id = $2 and t.is_deleted returning t.id',
  },

  /** Of the deleted tasks until $2, the $3 that were deleted first. */
  due: giving<{ id: string }>({
    name: 'trash_due',
    text: `
      select id from tasks
      where user_id = $1 and is_deleted and deleted_at <= $2
      order by deleted_at, id limit $3`,
  }),

  /** By their ids, given from outside: as a subquery they would be joined with all of the user's tasks. */
  purgeMany: {
    name: 'trash_purge_many',
    text: 'delete from tasks where user_id = $1 and id = any($2::uuid[]) and is_deleted',
  },

  countPurgedMany: {
    name: 'trash_count_purged_many',
    text: 'update task_lists set trash_count = trash_count - $2 where user_id = $1',
  },
} satisfies Record<string, Statement>
