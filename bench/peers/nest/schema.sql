create table tasks (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null,
  title varchar(200) not null,
  description varchar(2000),
  completed boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  is_deleted boolean not null default false
);
create index tasks_user on tasks (user_id, created_at desc, id desc);
