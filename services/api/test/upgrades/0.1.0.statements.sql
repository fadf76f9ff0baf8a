-- The statements of version 0.1.0, as it sends them: all but most shapes of a page.

-- account_summary
select u.created_at, l.task_count, l.completed_count, l.trash_count
from users u join task_lists l on l.user_id = u.user_id
where u.user_id = $1 and l.user_id = $1;

-- account_export_page
select id, title, description, completed, created_at, updated_at, deleted_at from tasks
where user_id = $1 and ($2::uuid is null or id > $2)
order by id limit $3;

-- account_import_tasks
insert into tasks
  (user_id, id, title, description, completed, created_at, updated_at, is_deleted, deleted_at, revision)
select l.user_id, r.id, r.title, r.description, r.completed, r.created_at, r.updated_at,
       r.deleted_at is not null, r.deleted_at, l.revision + r.nth
from task_lists l, jsonb_to_recordset($2::jsonb) as r(
  nth bigint, id uuid, title text, description text, completed boolean, created_at timestamptz, updated_at timestamptz, deleted_at timestamptz)
where l.user_id = $1
on conflict (user_id, id) do nothing
returning completed, is_deleted;

-- account_count_imported
update task_lists
set task_count = task_count + $2 + sqrt(least(0, $6::bigint - task_count - trash_count - $2::bigint - $4::bigint)::float8)::bigint, completed_count = completed_count + $3, trash_count = trash_count + $4,
    revision = revision + $5
where user_id = $1;

-- account_remove
delete from users where user_id = $1;

-- batch_taken
select id from tasks where user_id = $1 and id = any($2::uuid[]);

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

-- sync_changes
select l.revision as list_revision, l.horizon, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, revision, is_deleted from tasks
  where user_id = $1 and revision > $2
  order by revision
  limit $3
) t on true
where l.user_id = $1;

-- task_get
select id, title, description, completed, created_at, updated_at, revision from tasks where user_id = $1 and id = $2 and not is_deleted;

-- task_list_revision
select revision from task_lists where user_id = $1;

-- task_count_created
with counted as (
  update task_lists
  set task_count = task_count + 1 + sqrt(least(0, $2::bigint - task_count - trash_count - 1)::float8)::bigint, revision = revision + 1
  where user_id = $1
  returning user_id
)
select 1 / count(*) from counted;

-- task_insert
insert into tasks (user_id, id, created_at, updated_at, title, description, revision)
select user_id, $2::uuid, $3::timestamptz, $3::timestamptz, $4::text, $5::text, revision
from task_lists where user_id = $1
returning id, title, description, completed, created_at, updated_at, revision;

-- task_count_updated
update task_lists l
set revision = l.revision + 1,
    completed_count = l.completed_count
      + case when $7 and not t.completed then 1 when not $7 and t.completed then -1 else 0 end
from tasks t
where l.user_id = $1 and t.user_id = $1 and t.id = $2 and not t.is_deleted and ($3::bigint[] is null or t.revision = any($3)) and (
t.title is distinct from coalesce($4, t.title)
or ($5 and t.description is distinct from $6)
or t.completed is distinct from coalesce($7, t.completed));

-- task_update
update tasks t
set title = coalesce($4, t.title),
    description = case when $5 then $6 else t.description end,
    completed = coalesce($7, t.completed),
    updated_at = case when (
t.title is distinct from coalesce($4, t.title)
or ($5 and t.description is distinct from $6)
or t.completed is distinct from coalesce($7, t.completed)) then greatest(t.updated_at, $8) else t.updated_at end,
    revision = case when (
t.title is distinct from coalesce($4, t.title)
or ($5 and t.description is distinct from $6)
or t.completed is distinct from coalesce($7, t.completed)) then l.revision else t.revision end
from task_lists l
where l.user_id = $1 and t.user_id = $1 and t.id = $2 and not t.is_deleted and ($3::bigint[] is null or t.revision = any($3))
returning t.id, t.title, t.description, t.completed, t.created_at, t.updated_at, t.revision;

-- task_count_deleted
update task_lists l
set task_count = l.task_count - 1,
    completed_count = l.completed_count - case when t.completed then 1 else 0 end,
    trash_count = l.trash_count + 1,
    revision = l.revision + 1
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
  select id, title, description, completed, created_at, updated_at, deleted_at from tasks
  where user_id = $1 and is_deleted
  order by deleted_at desc, id desc
  limit $2 offset $3
) t on true
where l.user_id = $1;

-- trash_page_after
select l.trash_count, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at, deleted_at from tasks
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
    revision = l.revision + 1
from tasks t
where l.user_id = $1 and t.user_id = $1 and t.id = $2 and t.is_deleted;

-- trash_restore
update tasks t
set is_deleted = false, deleted_at = null, revision = l.revision
from task_lists l
where l.user_id = $1 and t.user_id = $1 and t.id = $2 and t.is_deleted
returning t.id, t.title, t.description, t.completed, t.created_at, t.updated_at, t.revision;

-- trash_count_purged
update task_lists l
set trash_count = l.trash_count - 1, horizon = greatest(l.horizon, t.revision)
from tasks t
where l.user_id = $1 and t.user_id = $1 and t.id = $2 and t.is_deleted;

-- trash_purge
delete from tasks t where t.user_id = $1 and t.id = $2 and t.is_deleted returning t.id;

-- trash_due
select id, revision from tasks
where user_id = $1 and is_deleted and deleted_at <= $2
order by deleted_at, id limit $3;

-- trash_purge_many
delete from tasks where user_id = $1 and id = any($2::uuid[]) and is_deleted;

-- trash_count_purged_many
update task_lists
set trash_count = trash_count - $2, horizon = greatest(horizon, $3)
where user_id = $1;

-- tasks_page_created_at_desc_all_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at from tasks
  where user_id = $1 and not is_deleted
  order by created_at desc, id desc limit $2) t on true
where l.user_id = $1;

-- tasks_page_created_at_desc_all_offset
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
  select id, title, description, completed, created_at, updated_at from tasks
  where user_id = $1 and not is_deleted
  order by created_at desc, id desc limit $2 offset $3) t on true
where l.user_id = $1;

-- tasks_search_created_at_desc_all_offset
with matches as materialized (
  select id, title, description, completed, created_at, updated_at from tasks
  where user_id = $1 and not is_deleted
    and (strpos(case when octet_length(title) = char_length(title) then upper(title collate "C")
  else replace(normalize(upper(lower((case when title is nfkc normalized then title else normalize(title, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($4::text) = char_length($4::text) then upper($4::text collate "C")
  else replace(normalize(upper(lower((case when $4::text is nfkc normalized then $4::text else normalize($4::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0 or strpos(case when octet_length(description) = char_length(description) then upper(description collate "C")
  else replace(normalize(upper(lower((case when description is nfkc normalized then description else normalize(description, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end, case when octet_length($4::text) = char_length($4::text) then upper($4::text collate "C")
  else replace(normalize(upper(lower((case when $4::text is nfkc normalized then $4::text else normalize($4::text, nfkc) end) collate "und-x-icu")), nfkc), 'İ', 'I') collate "C" end) > 0)
)
select (select count(*) from matches) as match_count, l.revision, t.*
from task_lists l left join lateral (
  select * from matches where true  order by created_at desc, id desc limit $2 offset $3
) t on true
where l.user_id = $1;

-- tasks_page_title_asc_all_first
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from (
  (
  select id, title, description, completed, created_at, updated_at from tasks
  where user_id = $1 and not is_deleted and not completed
  order by title collate "C" asc, id asc limit $2) union all (
  select id, title, description, completed, created_at, updated_at from tasks
  where user_id = $1 and not is_deleted and completed
  order by title collate "C" asc, id asc limit $2)
) both_kinds
order by title collate "C" asc, id asc limit $2) t on true
where l.user_id = $1;

-- tasks_page_title_asc_all_after
select l.task_count, l.completed_count, l.revision, t.*
from task_lists l left join lateral (
select * from (
  (
  select id, title, description, completed, created_at, updated_at from tasks
  where user_id = $1 and not is_deleted and not completed and (title collate "C", id) > ($3::text, $4::uuid)
  order by title collate "C" asc, id asc limit $2) union all (
  select id, title, description, completed, created_at, updated_at from tasks
  where user_id = $1 and not is_deleted and completed and (title collate "C", id) > ($3::text, $4::uuid)
  order by title collate "C" asc, id asc limit $2)
) both_kinds
order by title collate "C" asc, id asc limit $2) t on true
where l.user_id = $1;

-- claimRun
insert into tasklane_auth.upkeep (name, last_run_at) values ('sweep', $1)
on conflict (name) do update set last_run_at = excluded.last_run_at where upkeep.last_run_at <= $2
returning name;

-- listUsersAfter
select user_id from task_lists where user_id > $1 order by user_id limit $2;

-- observeRevisions
select user_id, revision from task_lists where user_id = any($1::uuid[]);
