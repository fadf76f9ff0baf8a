-- Completing a task that repeats makes the next one, once; taking the completion back takes that one back.
alter table tasks add column next_id uuid;

comment on column tasks.next_id is
  'Of the task that was made when this one was completed; null again once that one was taken back.';
