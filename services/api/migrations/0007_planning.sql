-- When a task is due, how it repeats, how it weighs, where it stands. Dues and places are compared by code point
-- (collation C): the same on every server.
alter table tasks
  add column due text collate "C",
  add column time_zone text,
  add column priority smallint,
  add column tags text[],
  add column recurrence text,
  add column recurs_from text,
  add column position text collate "C",
  add column completed_at timestamptz;

-- Each with a name, and apart from its column: a distributed engine takes them so.
alter table tasks add constraint tasks_priority_check check (priority between 1 and 9);
alter table tasks add constraint tasks_tags_check check (cardinality(tags) between 1 and 20);
alter table tasks add constraint tasks_time_zone_check check (time_zone is null or char_length(due) > 10);
alter table tasks add constraint tasks_recurrence_check check (recurrence is null or due is not null);
alter table tasks add constraint tasks_recurs_from_check
  check (recurs_from is null or (recurs_from = 'completed' and recurrence is not null));
alter table tasks add constraint tasks_completed_at_check check (completed_at is null or completed);

comment on column tasks.due is
  'A day, or a day and a time as on the clock on the wall: 2026-12-01 or 2026-12-01T09:00.';
comment on column tasks.time_zone is 'An IANA name; null is the reader''s own. Only beside a due with a time.';
comment on column tasks.priority is '1 (highest) to 9 (lowest).';
comment on column tasks.tags is 'In the order sent; never empty.';
comment on column tasks.recurrence is 'An RRULE value (RFC 5545) in upper case. Only beside a due.';
comment on column tasks.recurs_from is
  'What the next one is counted from: completed, or null for its due. Only beside a recurrence.';
comment on column tasks.position is
  'The place in the order by hand, greatest on top; null for a task that was never moved: its place is created_at.';
comment on column tasks.completed_at is 'When it was done, if the client said so.';
