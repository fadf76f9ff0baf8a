-- The orders and filters of planned tasks. A task that has neither a due, a priority nor a place is in none of these but
-- the first, which takes the place of an index that a merged scan replaces: it costs as many entries as before.
drop index tasks_open_newest;
drop index tasks_done_newest;

-- Open and completed tasks, newest first: those without a plan, and the others.
create index tasks_plain on tasks (user_id, completed, created_at desc, id desc)
  where not is_deleted and due is null and priority is null and position is null;
create index tasks_planned on tasks (user_id, completed, created_at desc, id desc)
  where not is_deleted and not (due is null and priority is null and position is null);

-- By due and by priority: equal ones, and after them those without, newest first in both directions.
create index tasks_due on tasks (user_id, completed, due, created_at desc, id desc)
  where not is_deleted and due is not null;
create index tasks_due_last on tasks (user_id, completed, due desc nulls last, created_at desc, id desc)
  where not is_deleted and due is not null;
create index tasks_priority on tasks (user_id, completed, priority, created_at desc, id desc)
  where not is_deleted and priority is not null;
create index tasks_priority_last on tasks (user_id, completed, priority desc nulls last, created_at desc, id desc)
  where not is_deleted and priority is not null;
create index tasks_without_due on tasks (user_id, completed, created_at desc, id desc)
  where not is_deleted and due is null and not (due is null and priority is null and position is null);
create index tasks_without_priority on tasks (user_id, completed, created_at desc, id desc)
  where not is_deleted and priority is null and not (due is null and priority is null and position is null);

-- By hand: those that were moved, and those of the planned ones that were not.
create index tasks_placed on tasks (user_id, completed, position, id)
  where not is_deleted and position is not null;
create index tasks_without_place on tasks (user_id, completed, created_at desc, id desc)
  where not is_deleted and position is null and not (due is null and priority is null and position is null);

create index tasks_tagged on tasks (user_id) where not is_deleted and tags is not null;
