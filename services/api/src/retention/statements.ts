/** Gives a row to the one process whose turn it is. */
export const claimRun = `
  insert into tasklane_auth.upkeep (name, last_run_at) values ('sweep', $1)
  on conflict (name) do update set last_run_at = excluded.last_run_at where upkeep.last_run_at <= $2
  returning name`

/** The users after $1. It runs as tasklane_observer, whom the database shows ids and revisions and nothing else. */
// walls: tasklane_observer is shown ids and revisions only, and no caller is told of them.
export const listUsersAfter = 'select user_id from task_lists where user_id > $1 order by user_id limit $2'
