-- A purge is a change like any other: what is left of a purged task tells of its deletion, for the retention of the
-- trash. Neither table has a row of a user who purges nothing.

create table purged_tasks (
  user_id uuid not null references users on delete cascade,
  id uuid not null,
  revision bigint not null,
  primary key (user_id, id)
);
create index purged_tasks_changes on purged_tasks (user_id, revision);

create table purges (
  user_id uuid not null references users on delete cascade,
  purged_at timestamptz not null,
  lowest_revision bigint not null,
  primary key (user_id, purged_at)
);

grant select, insert, update, delete on purged_tasks, purges to tasklane_app;

alter table purged_tasks enable row level security;
alter table purged_tasks force row level security;
create policy owner_only on purged_tasks
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid);

alter table purges enable row level security;
alter table purges force row level security;
create policy owner_only on purges
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid);

comment on table purged_tasks is
  'All that is left of a purged task, so that the feed tells of its deletion, and its id is not used again.';
comment on column purged_tasks.user_id is 'The owner.';
comment on column purged_tasks.id is 'The id that the task had.';
comment on column purged_tasks.revision is 'The list''s when the task was deleted.';

comment on table purges is
  'When a user purged tasks, by the hour, so that what is left of them is deleted after the retention.';
comment on column purges.user_id is 'The owner.';
comment on column purges.purged_at is 'The end of the hour.';
comment on column purges.lowest_revision is 'The lowest revision of the tasks that were purged in this hour.';

comment on column task_lists.horizon is
  'The highest revision whose change this list no longer knows: where it began, or the last deletion that the upkeep '
  'has forgotten.';
