-- The built-in issuer's tables, in the shape that Better Auth expects. They live in a schema of their own, on
-- which the role of requests has no right. No task table refers to them, nor they to a task table.

create schema tasklane_auth;

create table tasklane_auth."user" (
  id uuid default pg_catalog.gen_random_uuid() primary key,
  name text not null,
  email text not null unique,
  "emailVerified" boolean not null,
  image text,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null default current_timestamp
);

create table tasklane_auth.session (
  id uuid default pg_catalog.gen_random_uuid() primary key,
  "expiresAt" timestamptz not null,
  token text not null unique,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null,
  "ipAddress" text,
  "userAgent" text,
  "userId" uuid not null references tasklane_auth."user" on delete cascade
);
create index session_user_id on tasklane_auth.session ("userId");

create table tasklane_auth.account (
  id uuid default pg_catalog.gen_random_uuid() primary key,
  "accountId" text not null,
  "providerId" text not null,
  "userId" uuid not null references tasklane_auth."user" on delete cascade,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  scope text,
  password text,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null
);
create index account_user_id on tasklane_auth.account ("userId");

create table tasklane_auth.verification (
  id uuid default pg_catalog.gen_random_uuid() primary key,
  identifier text not null,
  value text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null default current_timestamp
);
create index verification_identifier on tasklane_auth.verification (identifier);

create table tasklane_auth.jwks (
  id uuid default pg_catalog.gen_random_uuid() primary key,
  "publicKey" text not null,
  "privateKey" text not null,
  "createdAt" timestamptz not null,
  "expiresAt" timestamptz,
  alg text,
  crv text
);

-- Accounts whose tokens may not have expired yet. Filled by a trigger, so that an account counts as deleted
-- whoever deletes it, an operator with psql included. A hash of the id, so that nothing of the account is left.
create table tasklane_auth.deleted_account (
  user_hash bytea primary key,
  deleted_at timestamptz not null
);
create index deleted_account_deleted_at on tasklane_auth.deleted_account (deleted_at);

create function tasklane_auth.remember_deleted_account() returns trigger language plpgsql as $$
begin
  insert into tasklane_auth.deleted_account (user_hash, deleted_at)
  values (sha256(old.id::text::bytea), now())
  on conflict do nothing;
  return old;
end
$$;

create trigger remember_deleted_account after delete on tasklane_auth."user"
  for each row execute function tasklane_auth.remember_deleted_account();
