-- account_summary
select u.created_at, l.task_count, l.completed_count, l.trash_count
from users u join task_lists l on l.user_id = u.user_id
where u.user_id = $1 and l.user_id = $1;

-- account_export_page
select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at, deleted_at from tasks
where user_id = $1 and ($2::uuid is null or id > $2)
order by id limit $3;

-- account_import_tasks
insert into tasks as t
  (user_id, id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at, is_deleted, deleted_at, revision)
select l.user_id, r.id, r.title, r.description, r.completed, r.created_at, r.updated_at, r.due, r.time_zone, r.priority, r.tags, r.recurrence, r.recurs_from, r.position, r.completed_at,
       r.deleted_at is not null, r.deleted_at, greatest(l.revision, $3::bigint) + r.nth
from task_lists l, jsonb_to_recordset($2::jsonb) as r(
  nth bigint, id uuid, title text, description text, completed boolean, created_at timestamptz, updated_at timestamptz, due text, time_zone text, priority smallint, tags text[], recurrence text, recurs_from text, position text, completed_at timestamptz, deleted_at timestamptz)
where l.user_id = $1
on conflict (user_id, id) do nothing
returning t.completed, t.is_deleted;

-- account_count_imported
update task_lists
set task_count = task_count + $2 + sqrt(least(0, $6::bigint - task_count - trash_count - $2::bigint - $4::bigint)::float8)::bigint, completed_count = completed_count + $3, trash_count = trash_count + $4,
    revision = greatest(revision, $7::bigint) + $5
where user_id = $1 and ($8 or revision <= $7)
returning revision;

-- account_remove
delete from users where user_id = $1;

-- batch_taken
select id from tasks where user_id = $1 and id = any($2::uuid[])
union all
select id from purged_tasks where user_id = $1 and id = any($2::uuid[]);

-- task_list_lock
select from task_lists where user_id = $1 for update;

-- idempotency_forget_expired
delete from idempotency_keys where user_id = $1 and expires_at <= $2;

-- idempotency_remember
insert into idempotency_keys (user_id, key, request_hash, expires_at, status, body, location, etag)
select user_id, $2, $3, $4::timestamptz, $5::smallint, $6, $7, case when $8 then '"' || revision || '"' end
from task_lists where user_id = $1;

-- idempotency_find
select request_hash, status, body, location, etag
from idempotency_keys where user_id = $1 and key = $2 and expires_at > $3;

-- move_find
select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at, revision from tasks
where user_id = $1 and id = any($2::uuid[]) and not is_deleted;

-- move_count
update task_lists set revision = greatest(revision, $3::bigint) + cardinality($2::uuid[])
where user_id = $1;

-- move_place
update tasks t
set position = p.position, revision = l.revision - cardinality($2::uuid[]) + p.nth
from task_lists l, unnest($2::uuid[], $3::text[]) with ordinality as p (id, position, nth)
where l.user_id = $1 and t.user_id = $1 and t.id = p.id and not t.is_deleted
returning t.id, t.title, t.description, t.completed, t.created_at, t.updated_at, t.due, t.time_zone, t.priority, t.tags, t.recurrence, t.recurs_from, t.position, t.completed_at, t.revision;

-- sync_changes
select l.revision as list_revision, l.horizon, l.begun, t.*
from task_lists l left join lateral (
  (select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at, revision, is_deleted from tasks
   where user_id = $1 and revision > $2 order by revision limit $3)
  union all
  (select id, null::text as title, null::text as description, null::boolean as completed, null::timestamptz as created_at, null::timestamptz as updated_at, null::text as due, null::text as time_zone, null::smallint as priority, null::text[] as tags, null::text as recurrence, null::text as recurs_from, null::text as position, null::timestamptz as completed_at, revision, true from purged_tasks
   where user_id = $1 and revision > $4 order by revision limit $3)
  order by revision
  limit $3
) t on true
where l.user_id = $1;

-- sync_place
select revision, begun from task_lists where user_id = $1;

-- sync_begin_anew
update task_lists
set revision = greatest(revision, $2::bigint) + 1, horizon = greatest(revision, $2::bigint) + 1, begun = greatest(begun, $2::bigint) + 1
where user_id = $1;

-- tags_list
select tag collate "C" as tag, count(*) filter (where not t.completed) as open_count
from tasks t, unnest(t.tags) as tag
where t.user_id = $1 and not t.is_deleted and t.tags is not null
group by 1 order by 1 limit $2;

-- purge_remember
insert into purged_tasks (user_id, id, revision)
select user_id, id, revision from tasks where user_id = $1 and id = any($2::uuid[]) and is_deleted
on conflict (user_id, id) do update set revision = excluded.revision;

-- purge_mark
insert into purges (user_id, purged_at, lowest_revision)
select user_id, $3::timestamptz, min(revision) from tasks where user_id = $1 and id = any($2::uuid[]) and is_deleted group by user_id
on conflict (user_id, purged_at) do update set lowest_revision = excluded.lowest_revision
where purges.lowest_revision > excluded.lowest_revision;

-- purge_unremember
delete from purged_tasks p using tasks t
where p.user_id = $1 and t.user_id = $1 and t.id = p.id;

-- purge_raise_horizon
update task_lists l
set horizon = f.revision
from (
  select coalesce(min(lowest_revision), 9223372036854775807) as revision
  from purges where user_id = $1 and purged_at > $2
) bound, lateral (
  select t.revision from purged_tasks t
  where t.user_id = $1 and t.revision < bound.revision
  order by t.revision desc limit 1
) f
where l.user_id = $1 and f.revision > l.horizon;

-- purge_forget
delete from purged_tasks t using (
  select coalesce(min(lowest_revision), 9223372036854775807) as revision
  from purges where user_id = $1 and purged_at > $2
) bound
where t.user_id = $1 and t.revision < bound.revision;

-- purge_forget_marks
delete from purges where user_id = $1 and purged_at <= $2;

-- task_get
select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at, revision from tasks where user_id = $1 and id = $2 and not is_deleted;

-- task_list_revision
select revision from task_lists where user_id = $1;

-- task_count_created
with counted as (
  update task_lists
  set task_count = task_count + 1 + sqrt(least(0, $2::bigint - task_count - trash_count - 1)::float8)::bigint,
      revision = greatest(revision, $3::bigint) + 1
  where user_id = $1
  returning user_id
)
select 1 / count(*) from counted;

-- task_insert
insert into tasks as t (user_id, id, created_at, updated_at, title, description, revision)
select user_id, $2::uuid, $3::timestamptz, $3::timestamptz, $4::text, $5::text, revision
from task_lists where user_id = $1
returning t.id, t.title, t.description, t.completed, t.created_at, t.updated_at, t.due, t.time_zone, t.priority, t.tags, t.recurrence, t.recurs_from, t.position, t.completed_at, t.revision;

-- task_insert_planned
insert into tasks as t (user_id, id, created_at, updated_at, title, description, due, time_zone, priority, tags, recurrence, recurs_from, revision)
select user_id, $2::uuid, $3::timestamptz, $3::timestamptz, $4::text, $5::text, $6::text, $7::text, $8::smallint, $9::text[], $10::text, $11::text, revision
from task_lists where user_id = $1
returning t.id, t.title, t.description, t.completed, t.created_at, t.updated_at, t.due, t.time_zone, t.priority, t.tags, t.recurrence, t.recurs_from, t.position, t.completed_at, t.revision;

-- task_count_updated
update task_lists l
set revision = greatest(l.revision, $9::bigint) + 1,
    completed_count = l.completed_count
      + case when $7::boolean and not t.completed then 1 when not $7::boolean and t.completed then -1 else 0 end
from tasks t
where l.user_id = $1 and t.user_id = $1 and t.id = $2 and not t.is_deleted and ($3::bigint[] is null or t.revision = any($3)) and (
t.title is distinct from coalesce($4::text, t.title)
or ($5 and t.description is distinct from $6::text)
or t.completed is distinct from coalesce($7::boolean, t.completed)
or t.completed_at is distinct from case when coalesce($7::boolean, t.completed) then t.completed_at end) and true and ($8::boolean or not case when coalesce($7::boolean, t.completed)
  then not t.completed and t.next_id is null and t.recurrence is not null
  else t.completed and t.next_id is not null end);

-- task_count_updated_planned
update task_lists l
set revision = greatest(l.revision, $22::bigint) + 1,
    completed_count = l.completed_count
      + case when $7::boolean and not t.completed then 1 when not $7::boolean and t.completed then -1 else 0 end
from tasks t
where l.user_id = $1 and t.user_id = $1 and t.id = $2 and not t.is_deleted and ($3::bigint[] is null or t.revision = any($3)) and (
t.title is distinct from coalesce($4::text, t.title)
or ($5 and t.description is distinct from $6::text)
or t.completed is distinct from coalesce($7::boolean, t.completed)
or ($8 and t.due is distinct from $9::text)
or t.time_zone is distinct from case when char_length((case when $8 then $9::text else t.due end)) > 10 then case when $10 then $11::text else t.time_zone end end
or ($12 and t.priority is distinct from $13::smallint)
or ($14 and t.tags is distinct from $15::text[])
or t.recurrence is distinct from case when (case when $8 then $9::text else t.due end) is not null then case when $16 then $17::text else t.recurrence end end
or t.recurs_from is distinct from case when (case when (case when $8 then $9::text else t.due end) is not null then case when $16 then $17::text else t.recurrence end end) is not null then case when $18 then $19::text else t.recurs_from end end
or t.completed_at is distinct from case when coalesce($7::boolean, t.completed) then coalesce($20::timestamptz, t.completed_at) end) and ($11::text is null or char_length((case when $8 then $9::text else t.due end)) > 10)
and ($17::text is null or (case when $8 then $9::text else t.due end) is not null)
and ($19::text is null or (case when (case when $8 then $9::text else t.due end) is not null then case when $16 then $17::text else t.recurrence end end) is not null)
and ($20::timestamptz is null or coalesce($7::boolean, t.completed)) and ($21::boolean or not case when coalesce($7::boolean, t.completed)
  then not t.completed and t.next_id is null and case when (case when $8 then $9::text else t.due end) is not null then case when $16 then $17::text else t.recurrence end end is not null
  else t.completed and t.next_id is not null end);

-- task_update
update tasks t
set title = coalesce($4::text, t.title),
    description = case when $5 then $6::text else t.description end,
    completed = coalesce($7::boolean, t.completed),
    completed_at = case when coalesce($7::boolean, t.completed) then t.completed_at end,
    updated_at = case when (
t.title is distinct from coalesce($4::text, t.title)
or ($5 and t.description is distinct from $6::text)
or t.completed is distinct from coalesce($7::boolean, t.completed)
or t.completed_at is distinct from case when coalesce($7::boolean, t.completed) then t.completed_at end) then greatest(t.updated_at, $9) else t.updated_at end,
    revision = case when (
t.title is distinct from coalesce($4::text, t.title)
or ($5 and t.description is distinct from $6::text)
or t.completed is distinct from coalesce($7::boolean, t.completed)
or t.completed_at is distinct from case when coalesce($7::boolean, t.completed) then t.completed_at end) then l.revision else t.revision end
from task_lists l
where l.user_id = $1 and t.user_id = $1 and t.id = $2 and not t.is_deleted and ($3::bigint[] is null or t.revision = any($3)) and true and ($8::boolean or not case when coalesce($7::boolean, t.completed)
  then not t.completed and t.next_id is null and t.recurrence is not null
  else t.completed and t.next_id is not null end)
returning t.id, t.title, t.description, t.completed, t.created_at, t.updated_at, t.due, t.time_zone, t.priority, t.tags, t.recurrence, t.recurs_from, t.position, t.completed_at, t.revision, t.next_id;

-- task_update_planned
update tasks t
set title = coalesce($4::text, t.title),
    description = case when $5 then $6::text else t.description end,
    completed = coalesce($7::boolean, t.completed),
    due = case when $8 then $9::text else t.due end,
    time_zone = case when char_length((case when $8 then $9::text else t.due end)) > 10 then case when $10 then $11::text else t.time_zone end end,
    priority = case when $12 then $13::smallint else t.priority end,
    tags = case when $14 then $15::text[] else t.tags end,
    recurrence = case when (case when $8 then $9::text else t.due end) is not null then case when $16 then $17::text else t.recurrence end end,
    recurs_from = case when (case when (case when $8 then $9::text else t.due end) is not null then case when $16 then $17::text else t.recurrence end end) is not null then case when $18 then $19::text else t.recurs_from end end,
    completed_at = case when coalesce($7::boolean, t.completed) then coalesce($20::timestamptz, t.completed_at) end,
    updated_at = case when (
t.title is distinct from coalesce($4::text, t.title)
or ($5 and t.description is distinct from $6::text)
or t.completed is distinct from coalesce($7::boolean, t.completed)
or ($8 and t.due is distinct from $9::text)
or t.time_zone is distinct from case when char_length((case when $8 then $9::text else t.due end)) > 10 then case when $10 then $11::text else t.time_zone end end
or ($12 and t.priority is distinct from $13::smallint)
or ($14 and t.tags is distinct from $15::text[])
or t.recurrence is distinct from case when (case when $8 then $9::text else t.due end) is not null then case when $16 then $17::text else t.recurrence end end
or t.recurs_from is distinct from case when (case when (case when $8 then $9::text else t.due end) is not null then case when $16 then $17::text else t.recurrence end end) is not null then case when $18 then $19::text else t.recurs_from end end
or t.completed_at is distinct from case when coalesce($7::boolean, t.completed) then coalesce($20::timestamptz, t.completed_at) end) then greatest(t.updated_at, $22) else t.updated_at end,
    revision = case when (
t.title is distinct from coalesce($4::text, t.title)
or ($5 and t.description is distinct from $6::text)
or t.completed is distinct from coalesce($7::boolean, t.completed)
or ($8 and t.due is distinct from $9::text)
or t.time_zone is distinct from case when char_length((case when $8 then $9::text else t.due end)) > 10 then case when $10 then $11::text else t.time_zone end end
or ($12 and t.priority is distinct from $13::smallint)
or ($14 and t.tags is distinct from $15::text[])
or t.recurrence is distinct from case when (case when $8 then $9::text else t.due end) is not null then case when $16 then $17::text else t.recurrence end end
or t.recurs_from is distinct from case when (case when (case when $8 then $9::text else t.due end) is not null then case when $16 then $17::text else t.recurrence end end) is not null then case when $18 then $19::text else t.recurs_from end end
or t.completed_at is distinct from case when coalesce($7::boolean, t.completed) then coalesce($20::timestamptz, t.completed_at) end) then l.revision else t.revision end
from task_lists l
where l.user_id = $1 and t.user_id = $1 and t.id = $2 and not t.is_deleted and ($3::bigint[] is null or t.revision = any($3)) and ($11::text is null or char_length((case when $8 then $9::text else t.due end)) > 10)
and ($17::text is null or (case when $8 then $9::text else t.due end) is not null)
and ($19::text is null or (case when (case when $8 then $9::text else t.due end) is not null then case when $16 then $17::text else t.recurrence end end) is not null)
and ($20::timestamptz is null or coalesce($7::boolean, t.completed)) and ($21::boolean or not case when coalesce($7::boolean, t.completed)
  then not t.completed and t.next_id is null and case when (case when $8 then $9::text else t.due end) is not null then case when $16 then $17::text else t.recurrence end end is not null
  else t.completed and t.next_id is not null end)
returning t.id, t.title, t.description, t.completed, t.created_at, t.updated_at, t.due, t.time_zone, t.priority, t.tags, t.recurrence, t.recurs_from, t.position, t.completed_at, t.revision, t.next_id;

-- task_look
select t.id, t.title, t.description, t.completed, t.created_at, t.updated_at, t.due, t.time_zone, t.priority, t.tags, t.recurrence, t.recurs_from, t.position, t.completed_at, t.revision, t.next_id, n.revision as next_revision, n.is_as_made as next_is_as_made
from task_lists l
  left join lateral (
    select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at, revision, next_id
    from tasks where user_id = $1 and id = any($2::uuid[]) and not is_deleted
  ) t on true
  left join lateral (
    select revision, not is_deleted and not completed and updated_at = created_at as is_as_made
    from tasks where user_id = $1 and id = t.next_id
  ) n on true
where l.user_id = $1
for update of l;

-- task_is_at
select 1 / count(*) from tasks where user_id = $1 and id = $2 and revision = $3;

-- task_set_next
update tasks set next_id = $3 where user_id = $1 and id = $2;

-- task_count_dropped
update task_lists set trash_count = trash_count - 1 where user_id = $1;

-- task_drop
delete from tasks where user_id = $1 and id = $2 and is_deleted;

-- task_count_deleted
update task_lists l
set task_count = l.task_count - 1,
    completed_count = l.completed_count - case when t.completed then 1 else 0 end,
    trash_count = l.trash_count + 1,
    revision = greatest(l.revision, $4::bigint) + 1
from tasks t
where l.user_id = $1 and t.user_id = $1 and t.id = $2 and not t.is_deleted and ($3::bigint[] is null or t.revision = any($3));

-- task_delete
update tasks t
set is_deleted = true, deleted_at = $4, revision = l.revision
from task_lists l
where l.user_id = $1 and t.user_id = $1 and t.id = $2 and not t.is_deleted and ($3::bigint[] is null or t.revision = any($3))
returning t.id;

-- trash_page
select l.trash_count, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at, deleted_at from tasks
  where user_id = $1 and is_deleted
  order by deleted_at desc, id desc
  limit $2 offset $3
) t on true
where l.user_id = $1;

-- trash_page_after
select l.trash_count, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at, deleted_at from tasks
  where user_id = $1 and is_deleted and (deleted_at, id) < ($3::timestamptz, $4::uuid)
  order by deleted_at desc, id desc
  limit $2
) t on true
where l.user_id = $1;

-- trash_count_restored
update task_lists l
set task_count = l.task_count + 1,
    completed_count = l.completed_count + case when t.completed then 1 else 0 end,
    trash_count = l.trash_count - 1,
    revision = greatest(l.revision, $3::bigint) + 1
from tasks t
where l.user_id = $1 and t.user_id = $1 and t.id = $2 and t.is_deleted;

-- trash_restore
update tasks t
set is_deleted = false, deleted_at = null, revision = l.revision
from task_lists l
where l.user_id = $1 and t.user_id = $1 and t.id = $2 and t.is_deleted
returning t.id, t.title, t.description, t.completed, t.created_at, t.updated_at, t.due, t.time_zone, t.priority, t.tags, t.recurrence, t.recurs_from, t.position, t.completed_at, t.revision;

-- trash_count_purged
update task_lists l
set trash_count = l.trash_count - 1
from tasks t
where l.user_id = $1 and t.user_id = $1 and t.id = $2 and t.is_deleted;

-- trash_purge
delete from tasks t where t.user_id = $1 and t.id = $2 and t.is_deleted returning t.id;

-- trash_due
select id from tasks
where user_id = $1 and is_deleted and deleted_at <= $2
order by deleted_at, id limit $3;

-- trash_purge_many
delete from tasks where user_id = $1 and id = any($2::uuid[]) and is_deleted;

-- trash_count_purged_many
update task_lists set trash_count = trash_count - $2 where user_id = $1;

-- tasks_page_created_at_asc_all_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
  order by created_at asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_page_created_at_asc_all_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
  order by created_at asc, id asc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_created_at_asc_all_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and (created_at, id) > ($3::timestamptz, $4::uuid)
  order by created_at asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_page_created_at_asc_open_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null
  order by created_at asc, id asc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and not (due is null and priority is null and position is null)
  order by created_at asc, id asc limit $2::bigint)
) merged
order by created_at asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_page_created_at_asc_open_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null
  order by created_at asc, id asc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and not (due is null and priority is null and position is null)
  order by created_at asc, id asc limit $2::bigint + $3::bigint)
) merged
order by created_at asc, id asc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_created_at_asc_open_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null and (created_at, id) > ($3::timestamptz, $4::uuid)
  order by created_at asc, id asc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and not (due is null and priority is null and position is null) and (created_at, id) > ($3::timestamptz, $4::uuid)
  order by created_at asc, id asc limit $2::bigint)
) merged
order by created_at asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_page_created_at_asc_done_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null
  order by created_at asc, id asc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and not (due is null and priority is null and position is null)
  order by created_at asc, id asc limit $2::bigint)
) merged
order by created_at asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_page_created_at_asc_done_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null
  order by created_at asc, id asc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and not (due is null and priority is null and position is null)
  order by created_at asc, id asc limit $2::bigint + $3::bigint)
) merged
order by created_at asc, id asc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_created_at_asc_done_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null and (created_at, id) > ($3::timestamptz, $4::uuid)
  order by created_at asc, id asc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and not (due is null and priority is null and position is null) and (created_at, id) > ($3::timestamptz, $4::uuid)
  order by created_at asc, id asc limit $2::bigint)
) merged
order by created_at asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_search_created_at_asc_all_offset
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($4::boolean[])
    and ($6::text is null or (tags is not null and $6::text = any (tags)))
    and ($7::text is null or (due is not null and due >= $7::text and due < $8::text))
    and ($5::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true  order by created_at asc, id asc limit $2 offset $3
) t on true
where l.user_id = $1;

-- tasks_search_created_at_asc_all_after
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($5::boolean[])
    and ($7::text is null or (tags is not null and $7::text = any (tags)))
    and ($8::text is null or (due is not null and due >= $8::text and due < $9::text))
    and ($6::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($6::text) = char_length($6::text) then upper($6::text collate "C")
  else replace(normalize(upper(lower((case when $6::text is nfkc normalized then $6::text else normalize($6::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($6::text) = char_length($6::text) then upper($6::text collate "C")
  else replace(normalize(upper(lower((case when $6::text is nfkc normalized then $6::text else normalize($6::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true and (created_at, id) > ($3::timestamptz, $4::uuid) order by created_at asc, id asc limit $2
) t on true
where l.user_id = $1;

-- tasks_page_created_at_desc_all_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
  order by created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_created_at_desc_all_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
  order by created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_created_at_desc_all_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and (created_at, id) < ($3::timestamptz, $4::uuid)
  order by created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_created_at_desc_open_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and not (due is null and priority is null and position is null)
  order by created_at desc, id desc limit $2::bigint)
) merged
order by created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_created_at_desc_open_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and not (due is null and priority is null and position is null)
  order by created_at desc, id desc limit $2::bigint + $3::bigint)
) merged
order by created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_created_at_desc_open_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null and (created_at, id) < ($3::timestamptz, $4::uuid)
  order by created_at desc, id desc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and not (due is null and priority is null and position is null) and (created_at, id) < ($3::timestamptz, $4::uuid)
  order by created_at desc, id desc limit $2::bigint)
) merged
order by created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_created_at_desc_done_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and not (due is null and priority is null and position is null)
  order by created_at desc, id desc limit $2::bigint)
) merged
order by created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_created_at_desc_done_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and not (due is null and priority is null and position is null)
  order by created_at desc, id desc limit $2::bigint + $3::bigint)
) merged
order by created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_created_at_desc_done_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null and (created_at, id) < ($3::timestamptz, $4::uuid)
  order by created_at desc, id desc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and not (due is null and priority is null and position is null) and (created_at, id) < ($3::timestamptz, $4::uuid)
  order by created_at desc, id desc limit $2::bigint)
) merged
order by created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_search_created_at_desc_all_offset
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($4::boolean[])
    and ($6::text is null or (tags is not null and $6::text = any (tags)))
    and ($7::text is null or (due is not null and due >= $7::text and due < $8::text))
    and ($5::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true  order by created_at desc, id desc limit $2 offset $3
) t on true
where l.user_id = $1;

-- tasks_search_created_at_desc_all_after
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($5::boolean[])
    and ($7::text is null or (tags is not null and $7::text = any (tags)))
    and ($8::text is null or (due is not null and due >= $8::text and due < $9::text))
    and ($6::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($6::text) = char_length($6::text) then upper($6::text collate "C")
  else replace(normalize(upper(lower((case when $6::text is nfkc normalized then $6::text else normalize($6::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($6::text) = char_length($6::text) then upper($6::text collate "C")
  else replace(normalize(upper(lower((case when $6::text is nfkc normalized then $6::text else normalize($6::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true and (created_at, id) < ($3::timestamptz, $4::uuid) order by created_at desc, id desc limit $2
) t on true
where l.user_id = $1;

-- tasks_page_updated_at_asc_all_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed
  order by updated_at asc, id asc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed
  order by updated_at asc, id asc limit $2::bigint)
) merged
order by updated_at asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_page_updated_at_asc_all_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed
  order by updated_at asc, id asc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed
  order by updated_at asc, id asc limit $2::bigint + $3::bigint)
) merged
order by updated_at asc, id asc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_updated_at_asc_all_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and (updated_at, id) > ($3::timestamptz, $4::uuid)
  order by updated_at asc, id asc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and (updated_at, id) > ($3::timestamptz, $4::uuid)
  order by updated_at asc, id asc limit $2::bigint)
) merged
order by updated_at asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_page_updated_at_asc_open_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed
  order by updated_at asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_page_updated_at_asc_open_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed
  order by updated_at asc, id asc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_updated_at_asc_open_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and (updated_at, id) > ($3::timestamptz, $4::uuid)
  order by updated_at asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_page_updated_at_asc_done_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed
  order by updated_at asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_page_updated_at_asc_done_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed
  order by updated_at asc, id asc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_updated_at_asc_done_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and (updated_at, id) > ($3::timestamptz, $4::uuid)
  order by updated_at asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_search_updated_at_asc_all_offset
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($4::boolean[])
    and ($6::text is null or (tags is not null and $6::text = any (tags)))
    and ($7::text is null or (due is not null and due >= $7::text and due < $8::text))
    and ($5::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true  order by updated_at asc, id asc limit $2 offset $3
) t on true
where l.user_id = $1;

-- tasks_search_updated_at_asc_all_after
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($5::boolean[])
    and ($7::text is null or (tags is not null and $7::text = any (tags)))
    and ($8::text is null or (due is not null and due >= $8::text and due < $9::text))
    and ($6::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($6::text) = char_length($6::text) then upper($6::text collate "C")
  else replace(normalize(upper(lower((case when $6::text is nfkc normalized then $6::text else normalize($6::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($6::text) = char_length($6::text) then upper($6::text collate "C")
  else replace(normalize(upper(lower((case when $6::text is nfkc normalized then $6::text else normalize($6::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true and (updated_at, id) > ($3::timestamptz, $4::uuid) order by updated_at asc, id asc limit $2
) t on true
where l.user_id = $1;

-- tasks_page_updated_at_desc_all_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed
  order by updated_at desc, id desc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed
  order by updated_at desc, id desc limit $2::bigint)
) merged
order by updated_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_updated_at_desc_all_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed
  order by updated_at desc, id desc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed
  order by updated_at desc, id desc limit $2::bigint + $3::bigint)
) merged
order by updated_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_updated_at_desc_all_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and (updated_at, id) < ($3::timestamptz, $4::uuid)
  order by updated_at desc, id desc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and (updated_at, id) < ($3::timestamptz, $4::uuid)
  order by updated_at desc, id desc limit $2::bigint)
) merged
order by updated_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_updated_at_desc_open_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed
  order by updated_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_updated_at_desc_open_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed
  order by updated_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_updated_at_desc_open_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and (updated_at, id) < ($3::timestamptz, $4::uuid)
  order by updated_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_updated_at_desc_done_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed
  order by updated_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_updated_at_desc_done_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed
  order by updated_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_updated_at_desc_done_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and (updated_at, id) < ($3::timestamptz, $4::uuid)
  order by updated_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_search_updated_at_desc_all_offset
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($4::boolean[])
    and ($6::text is null or (tags is not null and $6::text = any (tags)))
    and ($7::text is null or (due is not null and due >= $7::text and due < $8::text))
    and ($5::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true  order by updated_at desc, id desc limit $2 offset $3
) t on true
where l.user_id = $1;

-- tasks_search_updated_at_desc_all_after
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($5::boolean[])
    and ($7::text is null or (tags is not null and $7::text = any (tags)))
    and ($8::text is null or (due is not null and due >= $8::text and due < $9::text))
    and ($6::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($6::text) = char_length($6::text) then upper($6::text collate "C")
  else replace(normalize(upper(lower((case when $6::text is nfkc normalized then $6::text else normalize($6::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($6::text) = char_length($6::text) then upper($6::text collate "C")
  else replace(normalize(upper(lower((case when $6::text is nfkc normalized then $6::text else normalize($6::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true and (updated_at, id) < ($3::timestamptz, $4::uuid) order by updated_at desc, id desc limit $2
) t on true
where l.user_id = $1;

-- tasks_page_title_asc_all_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed
  order by title collate "C" asc, id asc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed
  order by title collate "C" asc, id asc limit $2::bigint)
) merged
order by title collate "C" asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_page_title_asc_all_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed
  order by title collate "C" asc, id asc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed
  order by title collate "C" asc, id asc limit $2::bigint + $3::bigint)
) merged
order by title collate "C" asc, id asc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_title_asc_all_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and (title collate "C", id) > ($3::text, $4::uuid)
  order by title collate "C" asc, id asc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and (title collate "C", id) > ($3::text, $4::uuid)
  order by title collate "C" asc, id asc limit $2::bigint)
) merged
order by title collate "C" asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_page_title_asc_open_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed
  order by title collate "C" asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_page_title_asc_open_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed
  order by title collate "C" asc, id asc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_title_asc_open_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and (title collate "C", id) > ($3::text, $4::uuid)
  order by title collate "C" asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_page_title_asc_done_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed
  order by title collate "C" asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_page_title_asc_done_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed
  order by title collate "C" asc, id asc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_title_asc_done_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and (title collate "C", id) > ($3::text, $4::uuid)
  order by title collate "C" asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_search_title_asc_all_offset
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($4::boolean[])
    and ($6::text is null or (tags is not null and $6::text = any (tags)))
    and ($7::text is null or (due is not null and due >= $7::text and due < $8::text))
    and ($5::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true  order by title collate "C" asc, id asc limit $2 offset $3
) t on true
where l.user_id = $1;

-- tasks_search_title_asc_all_after
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($5::boolean[])
    and ($7::text is null or (tags is not null and $7::text = any (tags)))
    and ($8::text is null or (due is not null and due >= $8::text and due < $9::text))
    and ($6::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($6::text) = char_length($6::text) then upper($6::text collate "C")
  else replace(normalize(upper(lower((case when $6::text is nfkc normalized then $6::text else normalize($6::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($6::text) = char_length($6::text) then upper($6::text collate "C")
  else replace(normalize(upper(lower((case when $6::text is nfkc normalized then $6::text else normalize($6::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true and (title collate "C", id) > ($3::text, $4::uuid) order by title collate "C" asc, id asc limit $2
) t on true
where l.user_id = $1;

-- tasks_page_title_desc_all_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed
  order by title collate "C" desc, id desc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed
  order by title collate "C" desc, id desc limit $2::bigint)
) merged
order by title collate "C" desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_title_desc_all_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed
  order by title collate "C" desc, id desc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed
  order by title collate "C" desc, id desc limit $2::bigint + $3::bigint)
) merged
order by title collate "C" desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_title_desc_all_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and (title collate "C", id) < ($3::text, $4::uuid)
  order by title collate "C" desc, id desc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and (title collate "C", id) < ($3::text, $4::uuid)
  order by title collate "C" desc, id desc limit $2::bigint)
) merged
order by title collate "C" desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_title_desc_open_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed
  order by title collate "C" desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_title_desc_open_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed
  order by title collate "C" desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_title_desc_open_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and (title collate "C", id) < ($3::text, $4::uuid)
  order by title collate "C" desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_title_desc_done_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed
  order by title collate "C" desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_title_desc_done_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed
  order by title collate "C" desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_title_desc_done_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and (title collate "C", id) < ($3::text, $4::uuid)
  order by title collate "C" desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_search_title_desc_all_offset
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($4::boolean[])
    and ($6::text is null or (tags is not null and $6::text = any (tags)))
    and ($7::text is null or (due is not null and due >= $7::text and due < $8::text))
    and ($5::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true  order by title collate "C" desc, id desc limit $2 offset $3
) t on true
where l.user_id = $1;

-- tasks_search_title_desc_all_after
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($5::boolean[])
    and ($7::text is null or (tags is not null and $7::text = any (tags)))
    and ($8::text is null or (due is not null and due >= $8::text and due < $9::text))
    and ($6::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($6::text) = char_length($6::text) then upper($6::text collate "C")
  else replace(normalize(upper(lower((case when $6::text is nfkc normalized then $6::text else normalize($6::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($6::text) = char_length($6::text) then upper($6::text collate "C")
  else replace(normalize(upper(lower((case when $6::text is nfkc normalized then $6::text else normalize($6::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true and (title collate "C", id) < ($3::text, $4::uuid) order by title collate "C" desc, id desc limit $2
) t on true
where l.user_id = $1;

-- tasks_page_due_asc_all_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null
  order by due asc, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null
  order by due asc, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0))
  ) merged order by due asc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0)
), section_1 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and not (due is null and priority is null and position is null)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and not (due is null and priority is null and position is null)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0))
  ) merged order by due asc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)
)
select * from (select * from section_0 union all select * from section_1) sections
order by due asc nulls last, created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_due_asc_all_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null  and due = $3::text and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by due asc, created_at desc, id desc limit greatest($2::bigint, 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null  and due = $3::text and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by due asc, created_at desc, id desc limit greatest($2::bigint, 0))
  ) merged order by due asc nulls last, created_at desc, id desc limit greatest($2::bigint, 0)
), section_1 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null  and due > $3::text
  order by due asc, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null  and due > $3::text
  order by due asc, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0))
  ) merged order by due asc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)
), section_2 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and not (due is null and priority is null and position is null) and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and not (due is null and priority is null and position is null) and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0))
  ) merged order by due asc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)
)
select * from (select * from section_0 union all select * from section_1 union all select * from section_2) sections
order by due asc nulls last, created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_due_asc_open_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null
  order by due asc, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0)
), section_1 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and not (due is null and priority is null and position is null)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0))
  ) merged order by due asc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)
)
select * from (select * from section_0 union all select * from section_1) sections
order by due asc nulls last, created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_due_asc_open_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null  and due = $3::text and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by due asc, created_at desc, id desc limit greatest($2::bigint, 0)
), section_1 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null  and due > $3::text
  order by due asc, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)
), section_2 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and not (due is null and priority is null and position is null) and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0))
  ) merged order by due asc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)
)
select * from (select * from section_0 union all select * from section_1 union all select * from section_2) sections
order by due asc nulls last, created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_due_asc_done_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null
  order by due asc, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0)
), section_1 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and not (due is null and priority is null and position is null)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0))
  ) merged order by due asc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)
)
select * from (select * from section_0 union all select * from section_1) sections
order by due asc nulls last, created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_due_asc_done_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null  and due = $3::text and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by due asc, created_at desc, id desc limit greatest($2::bigint, 0)
), section_1 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null  and due > $3::text
  order by due asc, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)
), section_2 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and not (due is null and priority is null and position is null) and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0))
  ) merged order by due asc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)
)
select * from (select * from section_0 union all select * from section_1 union all select * from section_2) sections
order by due asc nulls last, created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_range_due_asc_all_offset
select (
  select count(*) from tasks
  where user_id = $1 and not is_deleted and completed = any (array[true, false]) and due is not null
    and due >= $4::text and due < $5::text
) as match_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null and due >= $4::text and due < $5::text
  order by due asc, created_at desc, id desc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null and due >= $4::text and due < $5::text
  order by due asc, created_at desc, id desc limit $2::bigint + $3::bigint)
) merged
order by due asc nulls last, created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_range_due_asc_all_after
select (
  select count(*) from tasks
  where user_id = $1 and not is_deleted and completed = any (array[true, false]) and due is not null
    and due >= $6::text and due < $7::text
) as match_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null and due >= $6::text and due < $7::text and due = $3::text and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by due asc, created_at desc, id desc limit greatest($2::bigint, 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null and due >= $6::text and due < $7::text and due = $3::text and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by due asc, created_at desc, id desc limit greatest($2::bigint, 0))
  ) merged order by due asc nulls last, created_at desc, id desc limit greatest($2::bigint, 0)
), section_1 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null and due >= $6::text and due < $7::text and due > $3::text
  order by due asc, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null and due >= $6::text and due < $7::text and due > $3::text
  order by due asc, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0))
  ) merged order by due asc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)
)
select * from (select * from section_0 union all select * from section_1) sections
order by due asc nulls last, created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_range_due_asc_open_offset
select (
  select count(*) from tasks
  where user_id = $1 and not is_deleted and completed = any (array[false]) and due is not null
    and due >= $4::text and due < $5::text
) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null and due >= $4::text and due < $5::text
  order by due asc, created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_range_due_asc_open_after
select (
  select count(*) from tasks
  where user_id = $1 and not is_deleted and completed = any (array[false]) and due is not null
    and due >= $6::text and due < $7::text
) as match_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null and due >= $6::text and due < $7::text and due = $3::text and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by due asc, created_at desc, id desc limit greatest($2::bigint, 0)
), section_1 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null and due >= $6::text and due < $7::text and due > $3::text
  order by due asc, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)
)
select * from (select * from section_0 union all select * from section_1) sections
order by due asc nulls last, created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_range_due_asc_done_offset
select (
  select count(*) from tasks
  where user_id = $1 and not is_deleted and completed = any (array[true]) and due is not null
    and due >= $4::text and due < $5::text
) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null and due >= $4::text and due < $5::text
  order by due asc, created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_range_due_asc_done_after
select (
  select count(*) from tasks
  where user_id = $1 and not is_deleted and completed = any (array[true]) and due is not null
    and due >= $6::text and due < $7::text
) as match_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null and due >= $6::text and due < $7::text and due = $3::text and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by due asc, created_at desc, id desc limit greatest($2::bigint, 0)
), section_1 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null and due >= $6::text and due < $7::text and due > $3::text
  order by due asc, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)
)
select * from (select * from section_0 union all select * from section_1) sections
order by due asc nulls last, created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_search_due_asc_all_offset
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($4::boolean[])
    and ($6::text is null or (tags is not null and $6::text = any (tags)))
    and ($7::text is null or (due is not null and due >= $7::text and due < $8::text))
    and ($5::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true  order by due asc nulls last, created_at desc, id desc limit $2 offset $3
) t on true
where l.user_id = $1;

-- tasks_search_due_asc_all_after
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($7::boolean[])
    and ($9::text is null or (tags is not null and $9::text = any (tags)))
    and ($10::text is null or (due is not null and due >= $10::text and due < $11::text))
    and ($8::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($8::text) = char_length($8::text) then upper($8::text collate "C")
  else replace(normalize(upper(lower((case when $8::text is nfkc normalized then $8::text else normalize($8::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($8::text) = char_length($8::text) then upper($8::text collate "C")
  else replace(normalize(upper(lower((case when $8::text is nfkc normalized then $8::text else normalize($8::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true and (due > $3::text
    or (due = $3::text and (created_at, id) < ($4::timestamptz, $5::uuid))
    or (due is null and (created_at, id) < ($6::timestamptz, $5::uuid))) order by due asc nulls last, created_at desc, id desc limit $2
) t on true
where l.user_id = $1;

-- tasks_page_due_desc_all_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0))
  ) merged order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0)
), section_1 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and not (due is null and priority is null and position is null)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and not (due is null and priority is null and position is null)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0))
  ) merged order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)
)
select * from (select * from section_0 union all select * from section_1) sections
order by due desc nulls last, created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_due_desc_all_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null  and due = $3::text and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint, 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null  and due = $3::text and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint, 0))
  ) merged order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint, 0)
), section_1 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null  and due < $3::text
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null  and due < $3::text
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0))
  ) merged order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)
), section_2 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and not (due is null and priority is null and position is null) and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and not (due is null and priority is null and position is null) and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0))
  ) merged order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)
)
select * from (select * from section_0 union all select * from section_1 union all select * from section_2) sections
order by due desc nulls last, created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_due_desc_open_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0)
), section_1 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and not (due is null and priority is null and position is null)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0))
  ) merged order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)
)
select * from (select * from section_0 union all select * from section_1) sections
order by due desc nulls last, created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_due_desc_open_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null  and due = $3::text and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint, 0)
), section_1 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null  and due < $3::text
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)
), section_2 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and not (due is null and priority is null and position is null) and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0))
  ) merged order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)
)
select * from (select * from section_0 union all select * from section_1 union all select * from section_2) sections
order by due desc nulls last, created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_due_desc_done_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0)
), section_1 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and not (due is null and priority is null and position is null)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0))
  ) merged order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)
)
select * from (select * from section_0 union all select * from section_1) sections
order by due desc nulls last, created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_due_desc_done_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null  and due = $3::text and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint, 0)
), section_1 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null  and due < $3::text
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)
), section_2 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and not (due is null and priority is null and position is null) and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0))
  ) merged order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)
)
select * from (select * from section_0 union all select * from section_1 union all select * from section_2) sections
order by due desc nulls last, created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_range_due_desc_all_offset
select (
  select count(*) from tasks
  where user_id = $1 and not is_deleted and completed = any (array[true, false]) and due is not null
    and due >= $4::text and due < $5::text
) as match_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null and due >= $4::text and due < $5::text
  order by due desc nulls last, created_at desc, id desc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null and due >= $4::text and due < $5::text
  order by due desc nulls last, created_at desc, id desc limit $2::bigint + $3::bigint)
) merged
order by due desc nulls last, created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_range_due_desc_all_after
select (
  select count(*) from tasks
  where user_id = $1 and not is_deleted and completed = any (array[true, false]) and due is not null
    and due >= $6::text and due < $7::text
) as match_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null and due >= $6::text and due < $7::text and due = $3::text and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint, 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null and due >= $6::text and due < $7::text and due = $3::text and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint, 0))
  ) merged order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint, 0)
), section_1 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null and due >= $6::text and due < $7::text and due < $3::text
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null and due >= $6::text and due < $7::text and due < $3::text
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0))
  ) merged order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)
)
select * from (select * from section_0 union all select * from section_1) sections
order by due desc nulls last, created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_range_due_desc_open_offset
select (
  select count(*) from tasks
  where user_id = $1 and not is_deleted and completed = any (array[false]) and due is not null
    and due >= $4::text and due < $5::text
) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null and due >= $4::text and due < $5::text
  order by due desc nulls last, created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_range_due_desc_open_after
select (
  select count(*) from tasks
  where user_id = $1 and not is_deleted and completed = any (array[false]) and due is not null
    and due >= $6::text and due < $7::text
) as match_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null and due >= $6::text and due < $7::text and due = $3::text and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint, 0)
), section_1 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is not null and due >= $6::text and due < $7::text and due < $3::text
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)
)
select * from (select * from section_0 union all select * from section_1) sections
order by due desc nulls last, created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_range_due_desc_done_offset
select (
  select count(*) from tasks
  where user_id = $1 and not is_deleted and completed = any (array[true]) and due is not null
    and due >= $4::text and due < $5::text
) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null and due >= $4::text and due < $5::text
  order by due desc nulls last, created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_range_due_desc_done_after
select (
  select count(*) from tasks
  where user_id = $1 and not is_deleted and completed = any (array[true]) and due is not null
    and due >= $6::text and due < $7::text
) as match_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null and due >= $6::text and due < $7::text and due = $3::text and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint, 0)
), section_1 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is not null and due >= $6::text and due < $7::text and due < $3::text
  order by due desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)
)
select * from (select * from section_0 union all select * from section_1) sections
order by due desc nulls last, created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_search_due_desc_all_offset
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($4::boolean[])
    and ($6::text is null or (tags is not null and $6::text = any (tags)))
    and ($7::text is null or (due is not null and due >= $7::text and due < $8::text))
    and ($5::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true  order by due desc nulls last, created_at desc, id desc limit $2 offset $3
) t on true
where l.user_id = $1;

-- tasks_search_due_desc_all_after
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($7::boolean[])
    and ($9::text is null or (tags is not null and $9::text = any (tags)))
    and ($10::text is null or (due is not null and due >= $10::text and due < $11::text))
    and ($8::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($8::text) = char_length($8::text) then upper($8::text collate "C")
  else replace(normalize(upper(lower((case when $8::text is nfkc normalized then $8::text else normalize($8::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($8::text) = char_length($8::text) then upper($8::text collate "C")
  else replace(normalize(upper(lower((case when $8::text is nfkc normalized then $8::text else normalize($8::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true and (due < $3::text
    or (due = $3::text and (created_at, id) < ($4::timestamptz, $5::uuid))
    or (due is null and (created_at, id) < ($6::timestamptz, $5::uuid))) order by due desc nulls last, created_at desc, id desc limit $2
) t on true
where l.user_id = $1;

-- tasks_page_priority_asc_all_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is not null
  order by priority asc, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is not null
  order by priority asc, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0))
  ) merged order by priority asc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0)
), section_1 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is null and not (due is null and priority is null and position is null)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is null and not (due is null and priority is null and position is null)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0))
  ) merged order by priority asc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)
)
select * from (select * from section_0 union all select * from section_1) sections
order by priority asc nulls last, created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_priority_asc_all_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is not null  and priority = $3::smallint and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by priority asc, created_at desc, id desc limit greatest($2::bigint, 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is not null  and priority = $3::smallint and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by priority asc, created_at desc, id desc limit greatest($2::bigint, 0))
  ) merged order by priority asc nulls last, created_at desc, id desc limit greatest($2::bigint, 0)
), section_1 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is not null  and priority > $3::smallint
  order by priority asc, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is not null  and priority > $3::smallint
  order by priority asc, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0))
  ) merged order by priority asc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)
), section_2 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is null and not (due is null and priority is null and position is null) and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is null and not (due is null and priority is null and position is null) and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0))
  ) merged order by priority asc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)
)
select * from (select * from section_0 union all select * from section_1 union all select * from section_2) sections
order by priority asc nulls last, created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_priority_asc_open_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is not null
  order by priority asc, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0)
), section_1 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is null and not (due is null and priority is null and position is null)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0))
  ) merged order by priority asc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)
)
select * from (select * from section_0 union all select * from section_1) sections
order by priority asc nulls last, created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_priority_asc_open_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is not null  and priority = $3::smallint and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by priority asc, created_at desc, id desc limit greatest($2::bigint, 0)
), section_1 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is not null  and priority > $3::smallint
  order by priority asc, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)
), section_2 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is null and not (due is null and priority is null and position is null) and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0))
  ) merged order by priority asc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)
)
select * from (select * from section_0 union all select * from section_1 union all select * from section_2) sections
order by priority asc nulls last, created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_priority_asc_done_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is not null
  order by priority asc, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0)
), section_1 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is null and not (due is null and priority is null and position is null)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0))
  ) merged order by priority asc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)
)
select * from (select * from section_0 union all select * from section_1) sections
order by priority asc nulls last, created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_priority_asc_done_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is not null  and priority = $3::smallint and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by priority asc, created_at desc, id desc limit greatest($2::bigint, 0)
), section_1 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is not null  and priority > $3::smallint
  order by priority asc, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)
), section_2 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is null and not (due is null and priority is null and position is null) and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0))
  ) merged order by priority asc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)
)
select * from (select * from section_0 union all select * from section_1 union all select * from section_2) sections
order by priority asc nulls last, created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_search_priority_asc_all_offset
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($4::boolean[])
    and ($6::text is null or (tags is not null and $6::text = any (tags)))
    and ($7::text is null or (due is not null and due >= $7::text and due < $8::text))
    and ($5::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true  order by priority asc nulls last, created_at desc, id desc limit $2 offset $3
) t on true
where l.user_id = $1;

-- tasks_search_priority_asc_all_after
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($7::boolean[])
    and ($9::text is null or (tags is not null and $9::text = any (tags)))
    and ($10::text is null or (due is not null and due >= $10::text and due < $11::text))
    and ($8::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($8::text) = char_length($8::text) then upper($8::text collate "C")
  else replace(normalize(upper(lower((case when $8::text is nfkc normalized then $8::text else normalize($8::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($8::text) = char_length($8::text) then upper($8::text collate "C")
  else replace(normalize(upper(lower((case when $8::text is nfkc normalized then $8::text else normalize($8::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true and (priority > $3::smallint
    or (priority = $3::smallint and (created_at, id) < ($4::timestamptz, $5::uuid))
    or (priority is null and (created_at, id) < ($6::timestamptz, $5::uuid))) order by priority asc nulls last, created_at desc, id desc limit $2
) t on true
where l.user_id = $1;

-- tasks_page_priority_desc_all_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is not null
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is not null
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0))
  ) merged order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0)
), section_1 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is null and not (due is null and priority is null and position is null)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is null and not (due is null and priority is null and position is null)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0))
  ) merged order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)
)
select * from (select * from section_0 union all select * from section_1) sections
order by priority desc nulls last, created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_priority_desc_all_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is not null  and priority = $3::smallint and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint, 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is not null  and priority = $3::smallint and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint, 0))
  ) merged order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint, 0)
), section_1 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is not null  and priority < $3::smallint
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is not null  and priority < $3::smallint
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0))
  ) merged order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)
), section_2 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is null and not (due is null and priority is null and position is null) and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is null and not (due is null and priority is null and position is null) and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0))
  ) merged order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)
)
select * from (select * from section_0 union all select * from section_1 union all select * from section_2) sections
order by priority desc nulls last, created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_priority_desc_open_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is not null
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0)
), section_1 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is null and not (due is null and priority is null and position is null)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0))
  ) merged order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)
)
select * from (select * from section_0 union all select * from section_1) sections
order by priority desc nulls last, created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_priority_desc_open_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is not null  and priority = $3::smallint and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint, 0)
), section_1 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is not null  and priority < $3::smallint
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)
), section_2 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and priority is null and not (due is null and priority is null and position is null) and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0))
  ) merged order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)
)
select * from (select * from section_0 union all select * from section_1 union all select * from section_2) sections
order by priority desc nulls last, created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_priority_desc_done_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is not null
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint, 0)
), section_1 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is null and not (due is null and priority is null and position is null)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0))
  ) merged order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint + $3::bigint - (select count(*) from section_0), 0)
)
select * from (select * from section_0 union all select * from section_1) sections
order by priority desc nulls last, created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_priority_desc_done_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
with section_0 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is not null  and priority = $3::smallint and (created_at, id) < ($4::timestamptz, $5::uuid)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint, 0)
), section_1 as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is not null  and priority < $3::smallint
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0), 0)
), section_2 as materialized (
  select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and priority is null and not (due is null and priority is null and position is null) and (created_at, id) < ($6::timestamptz, $5::uuid)
  order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0))
  ) merged order by priority desc nulls last, created_at desc, id desc limit greatest($2::bigint - (select count(*) from section_0) - (select count(*) from section_1), 0)
)
select * from (select * from section_0 union all select * from section_1 union all select * from section_2) sections
order by priority desc nulls last, created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_search_priority_desc_all_offset
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($4::boolean[])
    and ($6::text is null or (tags is not null and $6::text = any (tags)))
    and ($7::text is null or (due is not null and due >= $7::text and due < $8::text))
    and ($5::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true  order by priority desc nulls last, created_at desc, id desc limit $2 offset $3
) t on true
where l.user_id = $1;

-- tasks_search_priority_desc_all_after
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($7::boolean[])
    and ($9::text is null or (tags is not null and $9::text = any (tags)))
    and ($10::text is null or (due is not null and due >= $10::text and due < $11::text))
    and ($8::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($8::text) = char_length($8::text) then upper($8::text collate "C")
  else replace(normalize(upper(lower((case when $8::text is nfkc normalized then $8::text else normalize($8::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($8::text) = char_length($8::text) then upper($8::text collate "C")
  else replace(normalize(upper(lower((case when $8::text is nfkc normalized then $8::text else normalize($8::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true and (priority < $3::smallint
    or (priority = $3::smallint and (created_at, id) < ($4::timestamptz, $5::uuid))
    or (priority is null and (created_at, id) < ($6::timestamptz, $5::uuid))) order by priority desc nulls last, created_at desc, id desc limit $2
) t on true
where l.user_id = $1;

-- tasks_page_position_asc_all_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and position is not null
  order by position desc, id desc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and position is null and not (due is null and priority is null and position is null)
  order by created_at desc, id desc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and position is not null
  order by position desc, id desc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and position is null and not (due is null and priority is null and position is null)
  order by created_at desc, id desc limit $2::bigint + $3::bigint)
) merged
order by coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C" desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_position_asc_all_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and position is not null and (position, id) < ($3::text, $4::uuid)
  order by position desc, id desc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null and (created_at, id) < ($5::timestamptz, $6::uuid)
  order by created_at desc, id desc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and position is null and not (due is null and priority is null and position is null) and (created_at, id) < ($5::timestamptz, $6::uuid)
  order by created_at desc, id desc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and position is not null and (position, id) < ($3::text, $4::uuid)
  order by position desc, id desc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null and (created_at, id) < ($5::timestamptz, $6::uuid)
  order by created_at desc, id desc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and position is null and not (due is null and priority is null and position is null) and (created_at, id) < ($5::timestamptz, $6::uuid)
  order by created_at desc, id desc limit $2::bigint)
) merged
order by coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C" desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_position_asc_open_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and position is not null
  order by position desc, id desc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and position is null and not (due is null and priority is null and position is null)
  order by created_at desc, id desc limit $2::bigint + $3::bigint)
) merged
order by coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C" desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_position_asc_open_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and position is not null and (position, id) < ($3::text, $4::uuid)
  order by position desc, id desc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null and (created_at, id) < ($5::timestamptz, $6::uuid)
  order by created_at desc, id desc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and position is null and not (due is null and priority is null and position is null) and (created_at, id) < ($5::timestamptz, $6::uuid)
  order by created_at desc, id desc limit $2::bigint)
) merged
order by coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C" desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_position_asc_done_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and position is not null
  order by position desc, id desc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null
  order by created_at desc, id desc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and position is null and not (due is null and priority is null and position is null)
  order by created_at desc, id desc limit $2::bigint + $3::bigint)
) merged
order by coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C" desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_position_asc_done_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and position is not null and (position, id) < ($3::text, $4::uuid)
  order by position desc, id desc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null and (created_at, id) < ($5::timestamptz, $6::uuid)
  order by created_at desc, id desc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and position is null and not (due is null and priority is null and position is null) and (created_at, id) < ($5::timestamptz, $6::uuid)
  order by created_at desc, id desc limit $2::bigint)
) merged
order by coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C" desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_search_position_asc_all_offset
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($4::boolean[])
    and ($6::text is null or (tags is not null and $6::text = any (tags)))
    and ($7::text is null or (due is not null and due >= $7::text and due < $8::text))
    and ($5::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true  order by coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C" desc, id desc limit $2 offset $3
) t on true
where l.user_id = $1;

-- tasks_search_position_asc_all_after
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($5::boolean[])
    and ($7::text is null or (tags is not null and $7::text = any (tags)))
    and ($8::text is null or (due is not null and due >= $8::text and due < $9::text))
    and ($6::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($6::text) = char_length($6::text) then upper($6::text collate "C")
  else replace(normalize(upper(lower((case when $6::text is nfkc normalized then $6::text else normalize($6::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($6::text) = char_length($6::text) then upper($6::text collate "C")
  else replace(normalize(upper(lower((case when $6::text is nfkc normalized then $6::text else normalize($6::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true and (coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C", id) < ($3::text, $4::uuid) order by coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C" desc, id desc limit $2
) t on true
where l.user_id = $1;

-- tasks_page_position_desc_all_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and position is not null
  order by position asc, id asc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null
  order by created_at asc, id asc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and position is null and not (due is null and priority is null and position is null)
  order by created_at asc, id asc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and position is not null
  order by position asc, id asc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null
  order by created_at asc, id asc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and position is null and not (due is null and priority is null and position is null)
  order by created_at asc, id asc limit $2::bigint + $3::bigint)
) merged
order by coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C" asc, id asc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_position_desc_all_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and position is not null and (position, id) > ($3::text, $4::uuid)
  order by position asc, id asc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null and (created_at, id) > ($5::timestamptz, $6::uuid)
  order by created_at asc, id asc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and position is null and not (due is null and priority is null and position is null) and (created_at, id) > ($5::timestamptz, $6::uuid)
  order by created_at asc, id asc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and position is not null and (position, id) > ($3::text, $4::uuid)
  order by position asc, id asc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null and (created_at, id) > ($5::timestamptz, $6::uuid)
  order by created_at asc, id asc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and position is null and not (due is null and priority is null and position is null) and (created_at, id) > ($5::timestamptz, $6::uuid)
  order by created_at asc, id asc limit $2::bigint)
) merged
order by coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C" asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_page_position_desc_open_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and position is not null
  order by position asc, id asc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null
  order by created_at asc, id asc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and position is null and not (due is null and priority is null and position is null)
  order by created_at asc, id asc limit $2::bigint + $3::bigint)
) merged
order by coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C" asc, id asc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_position_desc_open_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and position is not null and (position, id) > ($3::text, $4::uuid)
  order by position asc, id asc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and due is null and priority is null and position is null and (created_at, id) > ($5::timestamptz, $6::uuid)
  order by created_at asc, id asc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and not completed and position is null and not (due is null and priority is null and position is null) and (created_at, id) > ($5::timestamptz, $6::uuid)
  order by created_at asc, id asc limit $2::bigint)
) merged
order by coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C" asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_page_position_desc_done_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and position is not null
  order by position asc, id asc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null
  order by created_at asc, id asc limit $2::bigint + $3::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and position is null and not (due is null and priority is null and position is null)
  order by created_at asc, id asc limit $2::bigint + $3::bigint)
) merged
order by coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C" asc, id asc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_page_position_desc_done_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from ((
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and position is not null and (position, id) > ($3::text, $4::uuid)
  order by position asc, id asc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and due is null and priority is null and position is null and (created_at, id) > ($5::timestamptz, $6::uuid)
  order by created_at asc, id asc limit $2::bigint) union all (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted and completed and position is null and not (due is null and priority is null and position is null) and (created_at, id) > ($5::timestamptz, $6::uuid)
  order by created_at asc, id asc limit $2::bigint)
) merged
order by coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C" asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_search_position_desc_all_offset
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($4::boolean[])
    and ($6::text is null or (tags is not null and $6::text = any (tags)))
    and ($7::text is null or (due is not null and due >= $7::text and due < $8::text))
    and ($5::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($5::text) = char_length($5::text) then upper($5::text collate "C")
  else replace(normalize(upper(lower((case when $5::text is nfkc normalized then $5::text else normalize($5::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true  order by coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C" asc, id asc limit $2 offset $3
) t on true
where l.user_id = $1;

-- tasks_search_position_desc_all_after
with matches as materialized (
  select id, title, description, completed, created_at, updated_at, due, time_zone, priority, tags, recurrence, recurs_from, position, completed_at from tasks
  where user_id = $1 and not is_deleted
    and completed = any ($5::boolean[])
    and ($7::text is null or (tags is not null and $7::text = any (tags)))
    and ($8::text is null or (due is not null and due >= $8::text and due < $9::text))
    and ($6::text is null
      or strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($6::text) = char_length($6::text) then upper($6::text collate "C")
  else replace(normalize(upper(lower((case when $6::text is nfkc normalized then $6::text else normalize($6::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($6::text) = char_length($6::text) then upper($6::text collate "C")
  else replace(normalize(upper(lower((case when $6::text is nfkc normalized then $6::text else normalize($6::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true and (coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C", id) > ($3::text, $4::uuid) order by coalesce(position, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) collate "C" asc, id asc limit $2
) t on true
where l.user_id = $1;

-- claimRun
insert into tasklane_auth.upkeep (name, last_run_at) values ('sweep', $1)
on conflict (name) do update set last_run_at = excluded.last_run_at where upkeep.last_run_at <= $2
returning name;

-- listUsersAfter
select user_id from task_lists where user_id > $1 order by user_id limit $2;

-- listReachableUsersAfter
select user_id from (
  select unnest(string_to_array(nullif(result, ''), ','))::uuid as user_id
  from run_command_on_shards('public.task_lists', format(
    'select string_agg(user_id::text, '','') from (select user_id from %%s where user_id > %L order by user_id limit %s) page',
    $1::uuid, $2::int))
  where success
) reachable
order by user_id limit $2;

-- observeRevisions
select user_id, revision from task_lists where user_id = any($1::uuid[]);
