/** Gives a row to the one process whose turn it is. */
export const claimRun = `
  insert into tasklane_auth.upkeep (name, last_run_at) values ('sweep', $1)
  on conflict (name) do update set last_run_at = excluded.last_run_at where upkeep.last_run_at <= $2
  returning name`

/** The users after $1. It runs as tasklane_observer, whom the database shows ids and revisions and nothing else. */
// walls: tasklane_observer is shown ids and revisions only, and no caller is told of them.
export const listUsersAfter = 'select user_id from task_lists where user_id > $1 order by user_id limit $2'

/**
 * The same of a distributed database, as $1, of which a node is away: each part of the table is asked by itself, and those
 * that answer do so with a list. Also as tasklane_observer, who is shown the same on each node.
 */
// walls: tasklane_observer is shown ids and revisions only, and no caller is told of them.
export const listReachableUsersAfter = `
  select user_id from (
    select unnest(string_to_array(nullif(result, ''), ','))::uuid as user_id
    from run_command_on_shards('public.task_lists', format(
      'select string_agg(user_id::text, '','') from (select user_id from %%s where user_id > %L order by user_id limit %s) page',
      $1::uuid, $2::int))
    where success
  ) reachable
  order by user_id limit $2`
