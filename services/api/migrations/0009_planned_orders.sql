-- The orders and filters of planned tasks. A task that has neither a due, a priority nor a place is in none of these but
-- the first, which takes the place of an index that a merged scan replaces: it costs as many entries as before.
--
-- Every write looks at each index of the table, also where it adds no entry, so one index does for open and completed
-- tasks, with `completed` as its second column.
drop index tasks_open_newest;
drop index tasks_done_newest;
drop index tasks_open_updated;
drop index tasks_done_updated;
drop index tasks_open_title;
drop index tasks_done_title;

create index tasks_updated on tasks (user_id, completed, updated_at desc, id desc) where not is_deleted;
create index tasks_title on tasks (user_id, completed, title collate "C", id) where not is_deleted;

-- Open and completed tasks, newest first: those without a plan, and the others.
create index tasks_plain on tasks (user_id, completed, created_at desc, id desc)
  where not is_deleted and due is null and priority is null and position is null;
create index tasks_planned on tasks (user_id, completed, created_at desc, id desc)
  where not is_deleted and not (due is null and priority is null and position is null);

-- By due and by priority: equal ones newest first in both directions. Those without are last, newest first: so the
-- descending ones have them too.
create index tasks_due on tasks (user_id, completed, due, created_at desc, id desc)
  where not is_deleted and due is not null;
create index tasks_due_last on tasks (user_id, completed, due desc nulls last, created_at desc, id desc)
  where not is_deleted and not (due is null and priority is null and position is null);
create index tasks_priority on tasks (user_id, completed, priority, created_at desc, id desc)
  where not is_deleted and priority is not null;
create index tasks_priority_last on tasks (user_id, completed, priority desc nulls last, created_at desc, id desc)
  where not is_deleted and not (due is null and priority is null and position is null);

-- By hand: those that were moved, and those of the planned ones that were not.
create index tasks_placed on tasks (user_id, completed, position, id)
  where not is_deleted and position is not null;
create index tasks_without_place on tasks (user_id, completed, created_at desc, id desc)
  where not is_deleted and position is null and not (due is null and priority is null and position is null);

create index tasks_tagged on tasks (user_id) where not is_deleted and tags is not null;
