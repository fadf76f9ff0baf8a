-- Per-user tables: every key, constraint and index begins with user_id, so that they can be sharded by it.

-- tasklane_app is the role that requests run as; it owns nothing and bypasses nothing. tasklane_observer is the
-- role of upkeep and of the event stream's poll. Roles belong to the whole server, so another database may have
-- made them already, or an administrator beforehand. Whether we may act as one is tried, not looked up: from
-- PostgreSQL 16 on, who creates a role is a member of it without the right to act as it.
do $$
declare
  wanted text;
begin
  foreach wanted in array array['tasklane_app', 'tasklane_observer'] loop
    begin
      if not exists (select from pg_roles where rolname = wanted) then
        execute format('create role %I nologin nosuperuser nobypassrls nocreatedb nocreaterole noinherit', wanted);
      end if;
    exception when duplicate_object or unique_violation then
      null;
    end;
    begin
      execute format('set local role %I', wanted);
      reset role;
    exception when insufficient_privilege then
      execute format('grant %I to %I', wanted, current_user);
    end;
  end loop;
exception when insufficient_privilege then
  raise exception using
    errcode = 'insufficient_privilege',
    message = format('%s may not make, or not act as, the roles of this service; as an administrator, once: '
      'create role tasklane_app nologin; create role tasklane_observer nologin; '
      'grant tasklane_app, tasklane_observer to %I', current_user, current_user);
end
$$;

create table users (
  user_id uuid primary key,
  created_at timestamptz not null
);

-- One row a user: what would otherwise be counted, and the revision that orders the user's changes.
create table task_lists (
  user_id uuid primary key references users on delete cascade,
  task_count bigint not null default 0 check (task_count >= 0),
  completed_count bigint not null default 0 check (completed_count between 0 and task_count),
  revision bigint not null
);

create table tasks (
  user_id uuid not null references users on delete cascade,
  id uuid not null,
  title text not null check (char_length(title) between 1 and 200),
  description text check (char_length(description) <= 2000),
  completed boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  revision bigint not null,
  is_deleted boolean not null default false,
  deleted_at timestamptz,
  primary key (user_id, id),
  check (is_deleted = (deleted_at is not null))
);

create index tasks_newest on tasks (user_id, created_at desc, id desc) where not is_deleted;

-- Makes the rest of the transaction act for one user, as the unprivileged role, and no longer than 10 s a
-- statement. All of it ends with the transaction, so nothing reaches the connection's next borrower, and all of
-- it works behind a transaction pooler. `set local` rather than set_config(): the latter never reaches the
-- workers of a distributed engine.
create function app_set_user(u uuid) returns void language plpgsql as $$
begin
  set local role tasklane_app;
  set local statement_timeout = 10000;
  execute format('set local app.user_id = %L', u);
end
$$;

-- Up to PostgreSQL 14, every role may make tables in this schema.
revoke create on schema public from public;
grant usage on schema public to tasklane_app;
grant select, insert, update, delete on users, task_lists, tasks to tasklane_app;

alter table users enable row level security;
alter table users force row level security;
create policy owner_only on users
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid);

alter table task_lists enable row level security;
alter table task_lists force row level security;
create policy owner_only on task_lists
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid);

alter table tasks enable row level security;
alter table tasks force row level security;
create policy owner_only on tasks
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
