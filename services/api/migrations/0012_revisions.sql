-- A list that was made or restored again is another one, whatever its revisions are.
alter table task_lists add column begun bigint not null default 0;

comment on column task_lists.revision is
  'Goes up with every change, by one or to the clock''s (milliseconds times 100) if that is more, so that none is given '
  'twice: neither by a list that was made again, nor by one that a backup took back in time.';
comment on column task_lists.begun is
  'When the list was made or last restored, as a revision: a sync token is good for the list that it was given for.';
