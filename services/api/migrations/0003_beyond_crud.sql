-- Trash, sync, filters and sorts, safe retries, upkeep.

alter table task_lists
  add column trash_count bigint not null default 0 check (trash_count >= 0),
  -- The highest revision that this list no longer knows the change of: where it began, or what was purged since.
  add column horizon bigint not null default 0;

-- One index a way to page, so that a page costs the same wherever it is. Titles are compared by code point
-- (collation C): the same on every server and for all time, so that an upgrade cannot disorder the index.
create index tasks_open_newest on tasks (user_id, created_at desc, id desc) where not completed and not is_deleted;
create index tasks_done_newest on tasks (user_id, created_at desc, id desc) where completed and not is_deleted;
create index tasks_open_updated on tasks (user_id, updated_at desc, id desc) where not completed and not is_deleted;
create index tasks_done_updated on tasks (user_id, updated_at desc, id desc) where completed and not is_deleted;
create index tasks_open_title on tasks (user_id, title collate "C", id) where not completed and not is_deleted;
create index tasks_done_title on tasks (user_id, title collate "C", id) where completed and not is_deleted;
create index tasks_trash on tasks (user_id, deleted_at desc, id desc) where is_deleted;
create index tasks_changes on tasks (user_id, revision);

-- What was answered to a POST with an Idempotency-Key, written in the transaction of what it did.
create table idempotency_keys (
  user_id uuid not null references users on delete cascade,
  key text not null,
  request_hash text not null,
  expires_at timestamptz not null,
  status smallint not null,
  body text not null,
  location text,
  etag text,
  primary key (user_id, key)
);
create index idempotency_keys_expiry on idempotency_keys (user_id, expires_at);

grant select, insert, update, delete on idempotency_keys to tasklane_app;
alter table idempotency_keys enable row level security;
alter table idempotency_keys force row level security;
create policy owner_only on idempotency_keys
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid);

-- Upkeep and the event stream's poll see which lists there are and their revisions, in any number at once, and not
-- a thing more.
grant usage on schema public to tasklane_observer;
grant select (user_id, revision) on task_lists to tasklane_observer;
create policy observer_sees_revisions on task_lists for select to tasklane_observer using (true);

-- Belongs to no user: keys of the service, and when upkeep last ran.
create table tasklane_auth.service_key (
  name text primary key,
  value text not null
);
create table tasklane_auth.upkeep (
  name text primary key,
  last_run_at timestamptz not null
);
