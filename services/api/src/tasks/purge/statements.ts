import type { Statement } from '../../database/statement.ts'

const areTrashed = 'user_id = $1 and id = any($2::uuid[]) and is_deleted'

/** The revision below which all that was purged may be forgotten: nothing of it was purged later than $2. */
const bound = `(
        select coalesce(min(lowest_revision), ${2n ** 63n - 1n}) as revision
        from purges where user_id = $1 and purged_at > $2
      ) bound`

/**
 * What is kept of purged tasks. The caller's list row is locked before any of the writes.
 *
 * A purged task has no time of its own. The lowest revision of those that were purged in an hour bounds what may be
 * forgotten: nothing from there on, until that hour's retention is over.
 */
export const purgeStatements = {
  /** Of the deleted tasks $2; before they are deleted for good. */
  remember: {
    name: 'purge_remember',
    text: `
      insert into purged_tasks (user_id, id, revision)
      select user_id, id, revision from tasks where ${areTrashed}
      on conflict (user_id, id) do update set revision = excluded.revision`,
  },

  /** That the deleted tasks $2 are purged in the hour that ends at $3. */
  mark: {
    name: 'purge_mark',
    text: `
      insert into purges (user_id, purged_at, lowest_revision)
      select user_id, $3::timestamptz, min(revision) from tasks where ${areTrashed} group by user_id
      on conflict (user_id, purged_at) do update set lowest_revision = excluded.lowest_revision
      where purges.lowest_revision > excluded.lowest_revision`,
  },

  /** Of tasks that have come back. */
  unremember: {
    name: 'purge_unremember',
    text: `
      delete from purged_tasks p using tasks t
      where p.user_id = $1 and t.user_id = $1 and t.id = p.id`,
  },

  /** The horizon rises to what is forgotten: a client that has not heard of it by now must start again. */
  raiseHorizon: {
    name: 'purge_raise_horizon',
    text: `
      update task_lists l
      set horizon = f.revision
      from ${bound}, lateral (
        select t.revision from purged_tasks t
        where t.user_id = $1 and t.revision < bound.revision
        order by t.revision desc limit 1
      ) f
      where l.user_id = $1 and f.revision > l.horizon`,
  },

  forget: {
    name: 'purge_forget',
    text: `
      delete from purged_tasks t using ${bound}
      where t.user_id = $1 and t.revision < bound.revision`,
  },

  forgetMarks: {
    name: 'purge_forget_marks',
    text: 'delete from purges where user_id = $1 and purged_at <= $2',
  },
} satisfies Record<string, Statement>
