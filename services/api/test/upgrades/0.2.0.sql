-- A database of version 0.2.0, as of its migration 0012: pg_dump --inserts --no-owner from PostgreSQL 15, without its comments. That version wrote it.
-- AUTH_SECRET was 'an AUTH_SECRET for tests, 32 bytes or more'; ada@example.com and bob@example.com have the password
-- 'correct horse'.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA tasklane_auth;
CREATE FUNCTION public.app_set_user(u uuid) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  set local search_path = public, pg_temp;
  set local role tasklane_app;
  set local statement_timeout = 5000;
  if current_setting('citus.version', true) is null then
    set local plan_cache_mode = force_generic_plan;
  else
    set local citus.propagate_set_commands = 'local';
  end if;
  execute format('set local app.user_id = %L', u);
end
$$;
CREATE FUNCTION tasklane_auth.remember_deleted_account() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  insert into tasklane_auth.deleted_account (user_hash, deleted_at)
  values (sha256(old.id::text::bytea), now())
  on conflict do nothing;
  return old;
end
$$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.idempotency_keys (
    user_id uuid NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    status smallint NOT NULL,
    body text NOT NULL,
    location text,
    etag text
);
ALTER TABLE ONLY public.idempotency_keys FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE public.idempotency_keys IS 'The answer to each request with an Idempotency-Key, written in the transaction of what the request did.';
COMMENT ON COLUMN public.idempotency_keys.user_id IS 'The owner.';
COMMENT ON COLUMN public.idempotency_keys.key IS 'As the client sent it.';
COMMENT ON COLUMN public.idempotency_keys.request_hash IS 'Tells the same request from another with the same key.';
COMMENT ON COLUMN public.idempotency_keys.expires_at IS 'When the key may be used anew.';
COMMENT ON COLUMN public.idempotency_keys.status IS 'The status of the first answer.';
COMMENT ON COLUMN public.idempotency_keys.body IS 'The body of the first answer.';
COMMENT ON COLUMN public.idempotency_keys.location IS 'Its Location.';
COMMENT ON COLUMN public.idempotency_keys.etag IS 'Its ETag.';
CREATE TABLE public.purged_tasks (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    revision bigint NOT NULL
);
ALTER TABLE ONLY public.purged_tasks FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE public.purged_tasks IS 'All that is left of a purged task, so that the feed tells of its deletion, and its id is not used again.';
COMMENT ON COLUMN public.purged_tasks.user_id IS 'The owner.';
COMMENT ON COLUMN public.purged_tasks.id IS 'The id that the task had.';
COMMENT ON COLUMN public.purged_tasks.revision IS 'The list''s when the task was deleted.';
CREATE TABLE public.purges (
    user_id uuid NOT NULL,
    purged_at timestamp with time zone NOT NULL,
    lowest_revision bigint NOT NULL
);
ALTER TABLE ONLY public.purges FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE public.purges IS 'When a user purged tasks, by the hour, so that what is left of them is deleted after the retention.';
COMMENT ON COLUMN public.purges.user_id IS 'The owner.';
COMMENT ON COLUMN public.purges.purged_at IS 'The end of the hour.';
COMMENT ON COLUMN public.purges.lowest_revision IS 'The lowest revision of the tasks that were purged in this hour.';
CREATE TABLE public.schema_migrations (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    run_on timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.schema_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.schema_migrations_id_seq OWNED BY public.schema_migrations.id;
CREATE TABLE public.task_lists (
    user_id uuid NOT NULL,
    task_count bigint DEFAULT 0 NOT NULL,
    completed_count bigint DEFAULT 0 NOT NULL,
    revision bigint NOT NULL,
    trash_count bigint DEFAULT 0 NOT NULL,
    horizon bigint DEFAULT 0 NOT NULL,
    begun bigint DEFAULT 0 NOT NULL,
    CONSTRAINT task_lists_check CHECK (((completed_count >= 0) AND (completed_count <= task_count))),
    CONSTRAINT task_lists_task_count_check CHECK ((task_count >= 0)),
    CONSTRAINT task_lists_trash_count_check CHECK ((trash_count >= 0))
)
WITH (fillfactor='25');
ALTER TABLE ONLY public.task_lists FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE public.task_lists IS 'One row a user. Every write locks it, so that a user''s changes have an order.';
COMMENT ON COLUMN public.task_lists.user_id IS 'The owner.';
COMMENT ON COLUMN public.task_lists.task_count IS 'Tasks that are not deleted.';
COMMENT ON COLUMN public.task_lists.completed_count IS 'Those of them that are completed.';
COMMENT ON COLUMN public.task_lists.revision IS 'Goes up with every change, by one or to the clock''s (milliseconds times 100) if that is more, so that none is given twice: neither by a list that was made again, nor by one that a backup took back in time.';
COMMENT ON COLUMN public.task_lists.trash_count IS 'Tasks that are deleted and not purged.';
COMMENT ON COLUMN public.task_lists.horizon IS 'The highest revision whose change this list no longer knows: where it began, or the last deletion that the upkeep has forgotten.';
COMMENT ON COLUMN public.task_lists.begun IS 'When the list was made or last restored, as a revision: a sync token is good for the list that it was given for.';
CREATE TABLE public.tasks (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    title text NOT NULL,
    description text,
    completed boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    revision bigint NOT NULL,
    is_deleted boolean DEFAULT false NOT NULL,
    deleted_at timestamp with time zone,
    due text COLLATE pg_catalog."C",
    time_zone text,
    priority smallint,
    tags text[],
    recurrence text,
    recurs_from text,
    "position" text COLLATE pg_catalog."C",
    completed_at timestamp with time zone,
    next_id uuid,
    CONSTRAINT tasks_check CHECK ((is_deleted = (deleted_at IS NOT NULL))),
    CONSTRAINT tasks_completed_at_check CHECK (((completed_at IS NULL) OR completed)),
    CONSTRAINT tasks_description_check CHECK ((char_length(description) <= 2000)),
    CONSTRAINT tasks_priority_check CHECK (((priority >= 1) AND (priority <= 9))),
    CONSTRAINT tasks_recurrence_check CHECK (((recurrence IS NULL) OR (due IS NOT NULL))),
    CONSTRAINT tasks_recurs_from_check CHECK (((recurs_from IS NULL) OR ((recurs_from = 'completed'::text) AND (recurrence IS NOT NULL)))),
    CONSTRAINT tasks_tags_check CHECK (((cardinality(tags) >= 1) AND (cardinality(tags) <= 20))),
    CONSTRAINT tasks_time_zone_check CHECK (((time_zone IS NULL) OR (char_length(due) > 10))),
    CONSTRAINT tasks_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 200)))
);
ALTER TABLE ONLY public.tasks FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE public.tasks IS 'A task. A deleted one stays, flagged, until it is purged.';
COMMENT ON COLUMN public.tasks.user_id IS 'The owner.';
COMMENT ON COLUMN public.tasks.id IS 'UUID version 7, made by the service; an import keeps the id that it brings.';
COMMENT ON COLUMN public.tasks.title IS '1 to 200 characters, trimmed.';
COMMENT ON COLUMN public.tasks.description IS 'At most 2,000 characters.';
COMMENT ON COLUMN public.tasks.completed IS 'Whether it is done.';
COMMENT ON COLUMN public.tasks.created_at IS 'Set by the service, in whole milliseconds.';
COMMENT ON COLUMN public.tasks.updated_at IS 'Set by the service, in whole milliseconds; never goes back.';
COMMENT ON COLUMN public.tasks.revision IS 'The list''s at the last change of this task. The entity tag is made of it.';
COMMENT ON COLUMN public.tasks.is_deleted IS 'Whether it is in the trash.';
COMMENT ON COLUMN public.tasks.deleted_at IS 'When it was deleted; set if and only if it is.';
COMMENT ON COLUMN public.tasks.due IS 'A day, or a day and a time as on the clock on the wall: 2026-12-01 or 2026-12-01T09:00.';
COMMENT ON COLUMN public.tasks.time_zone IS 'An IANA name; null is the reader''s own. Only beside a due with a time.';
COMMENT ON COLUMN public.tasks.priority IS '1 (highest) to 9 (lowest).';
COMMENT ON COLUMN public.tasks.tags IS 'In the order sent; never empty.';
COMMENT ON COLUMN public.tasks.recurrence IS 'An RRULE value (RFC 5545) in upper case. Only beside a due.';
COMMENT ON COLUMN public.tasks.recurs_from IS 'What the next one is counted from: completed, or null for its due. Only beside a recurrence.';
COMMENT ON COLUMN public.tasks."position" IS 'The place in the order by hand, greatest on top; null for a task that was never moved: its place is created_at.';
COMMENT ON COLUMN public.tasks.completed_at IS 'When it was done, if the client said so.';
COMMENT ON COLUMN public.tasks.next_id IS 'Of the task that was made when this one was completed; null again once that one was taken back.';
CREATE TABLE public.users (
    user_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE public.users IS 'One row a user, made at the first write.';
COMMENT ON COLUMN public.users.user_id IS 'The subject of the token.';
COMMENT ON COLUMN public.users.created_at IS 'When the first write came.';
CREATE TABLE tasklane_auth.account (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    "accountId" text NOT NULL,
    "providerId" text NOT NULL,
    "userId" uuid NOT NULL,
    "accessToken" text,
    "refreshToken" text,
    "idToken" text,
    "accessTokenExpiresAt" timestamp with time zone,
    "refreshTokenExpiresAt" timestamp with time zone,
    scope text,
    password text,
    "createdAt" timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    "updatedAt" timestamp with time zone NOT NULL
);
COMMENT ON TABLE tasklane_auth.account IS 'How an account signs in: its hashed password.';
CREATE TABLE tasklane_auth.deleted_account (
    user_hash bytea NOT NULL,
    deleted_at timestamp with time zone NOT NULL
);
COMMENT ON TABLE tasklane_auth.deleted_account IS 'Hashes of the ids of deleted accounts, as long as a token of theirs could still be valid. A trigger fills it.';
CREATE TABLE tasklane_auth.jwks (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    "publicKey" text NOT NULL,
    "privateKey" text NOT NULL,
    "createdAt" timestamp with time zone NOT NULL,
    "expiresAt" timestamp with time zone,
    alg text,
    crv text
);
COMMENT ON TABLE tasklane_auth.jwks IS 'The signing keys; the private half is encrypted with AUTH_SECRET.';
CREATE TABLE tasklane_auth.service_key (
    name text NOT NULL,
    value text NOT NULL
);
COMMENT ON TABLE tasklane_auth.service_key IS 'Keys of the service itself, such as that of the sealed tokens.';
CREATE TABLE tasklane_auth.session (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    "expiresAt" timestamp with time zone NOT NULL,
    token text NOT NULL,
    "createdAt" timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    "updatedAt" timestamp with time zone NOT NULL,
    "ipAddress" text,
    "userAgent" text,
    "userId" uuid NOT NULL
);
COMMENT ON TABLE tasklane_auth.session IS 'A sign-in that has not ended.';
CREATE TABLE tasklane_auth.upkeep (
    name text NOT NULL,
    last_run_at timestamp with time zone NOT NULL
);
COMMENT ON TABLE tasklane_auth.upkeep IS 'When upkeep last ran.';
CREATE TABLE tasklane_auth."user" (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    "emailVerified" boolean NOT NULL,
    image text,
    "createdAt" timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    "updatedAt" timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);
COMMENT ON TABLE tasklane_auth."user" IS 'An account of the built-in issuer.';
CREATE TABLE tasklane_auth.verification (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    identifier text NOT NULL,
    value text NOT NULL,
    "expiresAt" timestamp with time zone NOT NULL,
    "createdAt" timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    "updatedAt" timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);
COMMENT ON TABLE tasklane_auth.verification IS 'Made for Better Auth; empty.';
ALTER TABLE ONLY public.schema_migrations ALTER COLUMN id SET DEFAULT nextval('public.schema_migrations_id_seq'::regclass);
INSERT INTO public.idempotency_keys VALUES ('2b0b7aad-10ec-427f-96f8-83abca8a7625', 'ada-key', 'iWh6nuuhCx_3yP4H3jphEcObLc9iguTQLttlLknK31A', '2026-11-28 05:04:35.85+00', 201, '{"id":"01a21b64-1e09-76c8-a7f6-e5fd8dda7992","title":"ada''s plan","description":"Two\nlines","completed":false,"created_at":"2026-11-27T05:04:35.849Z","updated_at":"2026-11-27T05:04:35.849Z","due":"2026-12-01T09:00","time_zone":"Europe/Berlin","priority":1,"tags":["garden","a,b"],"recurrence":"FREQ=DAILY;COUNT=3"}', '/tasks/01a21b64-1e09-76c8-a7f6-e5fd8dda7992', '"179575587589001"');
INSERT INTO public.idempotency_keys VALUES ('95174002-0423-4a36-9afa-5cad21d44ec8', 'bob-key', 'd1luDZFV2usK8yyeNC4y0YkUNjQr6RsjHV1RMAac2Kw', '2026-11-28 05:04:36.846+00', 201, '{"id":"01a21b64-21ed-75ee-b3f2-e1c6d3933877","title":"bob''s plan","description":"Two\nlines","completed":false,"created_at":"2026-11-27T05:04:36.846Z","updated_at":"2026-11-27T05:04:36.846Z","due":"2026-12-01T09:00","time_zone":"Europe/Berlin","priority":1,"tags":["garden","a,b"],"recurrence":"FREQ=DAILY;COUNT=3"}', '/tasks/01a21b64-21ed-75ee-b3f2-e1c6d3933877', '"179575587685001"');
INSERT INTO public.purged_tasks VALUES ('2b0b7aad-10ec-427f-96f8-83abca8a7625', '01a21b64-1f5c-7262-aae3-c993e07b846e', 179575587620601);
INSERT INTO public.purges VALUES ('2b0b7aad-10ec-427f-96f8-83abca8a7625', '2026-11-27 06:00:00+00', 179575587620601);
INSERT INTO public.schema_migrations VALUES (1, '0001_tasks', '2026-11-27 05:04:32.848725');
INSERT INTO public.schema_migrations VALUES (2, '0002_issuer', '2026-11-27 05:04:32.848725');
INSERT INTO public.schema_migrations VALUES (3, '0003_beyond_crud', '2026-11-27 05:04:32.848725');
INSERT INTO public.schema_migrations VALUES (4, '0004_speed', '2026-11-27 05:04:32.848725');
INSERT INTO public.schema_migrations VALUES (5, '0005_comments', '2026-11-27 05:04:32.848725');
INSERT INTO public.schema_migrations VALUES (6, '0006_settings', '2026-11-27 05:04:32.848725');
INSERT INTO public.schema_migrations VALUES (7, '0007_planning', '2026-11-27 05:04:32.848725');
INSERT INTO public.schema_migrations VALUES (8, '0008_purged_tasks', '2026-11-27 05:04:32.848725');
INSERT INTO public.schema_migrations VALUES (9, '0009_planned_orders', '2026-11-27 05:04:32.848725');
INSERT INTO public.schema_migrations VALUES (10, '0010_repetition', '2026-11-27 05:04:32.848725');
INSERT INTO public.schema_migrations VALUES (11, '0011_distributed_settings', '2026-11-27 05:04:32.848725');
INSERT INTO public.schema_migrations VALUES (12, '0012_revisions', '2026-11-27 05:04:32.848725');
INSERT INTO public.task_lists VALUES ('2b0b7aad-10ec-427f-96f8-83abca8a7625', 4, 1, 179575587620601, 1, 179575587589000, 179575587589000);
INSERT INTO public.task_lists VALUES ('95174002-0423-4a36-9afa-5cad21d44ec8', 1, 0, 179575587685001, 0, 179575587685000, 179575587685000);
INSERT INTO public.tasks VALUES ('2b0b7aad-10ec-427f-96f8-83abca8a7625', '01a21b64-1eaa-72c0-b80c-32cf0d31d8c1', 'ada''s plan', 'Two
lines', false, '2026-11-27 05:04:36.01+00', '2026-11-27 05:04:36.01+00', 179575587598402, false, NULL, '2026-12-02T09:00', 'Europe/Berlin', 1, '{garden,"a,b"}', 'FREQ=DAILY;COUNT=2', NULL, NULL, NULL, NULL);
INSERT INTO public.tasks VALUES ('2b0b7aad-10ec-427f-96f8-83abca8a7625', '01a21b64-1e09-76c8-a7f6-e5fd8dda7992', 'ada''s plan', 'Two
lines', true, '2026-11-27 05:04:35.849+00', '2026-11-27 05:04:36.004+00', 179575587598401, false, NULL, '2026-12-01T09:00', 'Europe/Berlin', 1, '{garden,"a,b"}', 'FREQ=DAILY;COUNT=3', NULL, NULL, NULL, '01a21b64-1eaa-72c0-b80c-32cf0d31d8c1');
INSERT INTO public.tasks VALUES ('2b0b7aad-10ec-427f-96f8-83abca8a7625', '01a21b64-1ec0-736c-b992-c9c6963f18aa', 'Plain', NULL, false, '2026-11-27 05:04:36.032+00', '2026-11-27 05:04:36.032+00', 179575587603201, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.tasks VALUES ('2b0b7aad-10ec-427f-96f8-83abca8a7625', '01a21b64-1edb-74d7-9e8f-28eda1958bde', 'Moved', NULL, false, '2026-11-27 05:04:36.059+00', '2026-11-27 05:04:36.059+00', 179575587608801, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0', NULL, NULL);
INSERT INTO public.tasks VALUES ('2b0b7aad-10ec-427f-96f8-83abca8a7625', '01a21b64-1f21-71f3-b4ed-80ca029f6d2b', 'Trashed', '', false, '2026-11-27 05:04:36.129+00', '2026-11-27 05:04:36.129+00', 179575587615601, true, '2026-11-27 05:04:36.156+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.tasks VALUES ('95174002-0423-4a36-9afa-5cad21d44ec8', '01a21b64-21ed-75ee-b3f2-e1c6d3933877', 'bob''s plan', 'Two
lines', false, '2026-11-27 05:04:36.846+00', '2026-11-27 05:04:36.846+00', 179575587685001, false, NULL, '2026-12-01T09:00', 'Europe/Berlin', 1, '{garden,"a,b"}', 'FREQ=DAILY;COUNT=3', NULL, NULL, NULL, NULL);
INSERT INTO public.users VALUES ('2b0b7aad-10ec-427f-96f8-83abca8a7625', '2026-11-27 05:04:35.89+00');
INSERT INTO public.users VALUES ('95174002-0423-4a36-9afa-5cad21d44ec8', '2026-11-27 05:04:36.85+00');
INSERT INTO tasklane_auth.account VALUES ('4fc8a81d-3ce3-4f7d-8889-9a26b7154e04', '2b0b7aad-10ec-427f-96f8-83abca8a7625', 'credential', '2b0b7aad-10ec-427f-96f8-83abca8a7625', NULL, NULL, NULL, NULL, NULL, NULL, 'scrypt$32768$8$3$0_FFPy2GyunZ_LGlbjDuSg$A83b2UkfCQzN7-2lpHvplt0V4Lim4OjyQ2F6McB99PU', '2026-11-27 05:04:35.409+00', '2026-11-27 05:04:35.409+00');
INSERT INTO tasklane_auth.account VALUES ('e0e2595c-ef17-467d-ba51-6c1e44a137fd', '95174002-0423-4a36-9afa-5cad21d44ec8', 'credential', '95174002-0423-4a36-9afa-5cad21d44ec8', NULL, NULL, NULL, NULL, NULL, NULL, 'scrypt$32768$8$3$HG2UMOM2A-cEIDsXqzv99Q$UuJJ2unlLvwfEJ2nOJhj8VTW-Z6vc_r9PcX4BP6qvw4', '2026-11-27 05:04:36.796+00', '2026-11-27 05:04:36.796+00');
INSERT INTO tasklane_auth.jwks VALUES ('a0e36ca7-1b0e-4166-bace-b1bf87c3776b', '{"crv":"Ed25519","x":"VL1AxXv6wawjQAiUJagErPG8C47kf4kZkQawlrVlu1Q","kty":"OKP"}', '"6271658f612f3d8f1e16aa1d79bbf796900384ff8316d737723981d383c1e9a23a8466109e1754ae3256300b570af0cef7f33ec85e0d7c19a26897e0ee8b1d7ce5943fe89b68cf894abd6861b62a80bf283e8c459663d076da1700deb8e5877cdd0e894ab4a72b14623caaf06dfc8d459a6dda6133725ec2c4143dbfa34d7b862a2cf3ad05d98b22f7eb22c5e40e7c92a76837985d14ddf309f8c8671522b85db7b8b78814a643b890"', '2026-11-27 05:04:33.497+00', NULL, 'EdDSA', 'Ed25519');
INSERT INTO tasklane_auth.service_key VALUES ('token-sealer', '586e0891274f8fdcb34ae207e771e2e4fceb1ce2947e9fb7e6de78a71ffcc617');
INSERT INTO tasklane_auth.session VALUES ('21d26817-4af6-45de-9bbe-60f9d54562c9', '2026-12-27 05:04:35.423+00', 'AzH1VNZdWDtyU9Uw9pwtErTSPPdszYtJ', '2026-11-27 05:04:35.424+00', '2026-11-27 05:04:35.424+00', '', '', '2b0b7aad-10ec-427f-96f8-83abca8a7625');
INSERT INTO tasklane_auth.session VALUES ('eb2f9054-73c4-4e75-b78b-3e1f6b5117ec', '2026-12-27 05:04:36.797+00', 'XvMRzWFTr73WnPJfrrEVbeAslnKHIFqk', '2026-11-27 05:04:36.797+00', '2026-11-27 05:04:36.797+00', '', '', '95174002-0423-4a36-9afa-5cad21d44ec8');
INSERT INTO tasklane_auth."user" VALUES ('2b0b7aad-10ec-427f-96f8-83abca8a7625', '', 'ada@example.com', false, NULL, '2026-11-27 05:04:35.398+00', '2026-11-27 05:04:35.398+00');
INSERT INTO tasklane_auth."user" VALUES ('95174002-0423-4a36-9afa-5cad21d44ec8', '', 'bob@example.com', false, NULL, '2026-11-27 05:04:36.795+00', '2026-11-27 05:04:36.795+00');
SELECT pg_catalog.setval('public.schema_migrations_id_seq', 12, true);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, key);
ALTER TABLE ONLY public.purged_tasks
    ADD CONSTRAINT purged_tasks_pkey PRIMARY KEY (user_id, id);
ALTER TABLE ONLY public.purges
    ADD CONSTRAINT purges_pkey PRIMARY KEY (user_id, purged_at);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.task_lists
    ADD CONSTRAINT task_lists_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_pkey PRIMARY KEY (user_id, id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY tasklane_auth.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);
ALTER TABLE ONLY tasklane_auth.deleted_account
    ADD CONSTRAINT deleted_account_pkey PRIMARY KEY (user_hash);
ALTER TABLE ONLY tasklane_auth.jwks
    ADD CONSTRAINT jwks_pkey PRIMARY KEY (id);
ALTER TABLE ONLY tasklane_auth.service_key
    ADD CONSTRAINT service_key_pkey PRIMARY KEY (name);
ALTER TABLE ONLY tasklane_auth.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY tasklane_auth.session
    ADD CONSTRAINT session_token_key UNIQUE (token);
ALTER TABLE ONLY tasklane_auth.upkeep
    ADD CONSTRAINT upkeep_pkey PRIMARY KEY (name);
ALTER TABLE ONLY tasklane_auth."user"
    ADD CONSTRAINT user_email_key UNIQUE (email);
ALTER TABLE ONLY tasklane_auth."user"
    ADD CONSTRAINT user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY tasklane_auth.verification
    ADD CONSTRAINT verification_pkey PRIMARY KEY (id);
CREATE INDEX idempotency_keys_expiry ON public.idempotency_keys USING btree (user_id, expires_at);
CREATE INDEX purged_tasks_changes ON public.purged_tasks USING btree (user_id, revision);
CREATE INDEX tasks_changes ON public.tasks USING btree (user_id, revision);
CREATE INDEX tasks_due ON public.tasks USING btree (user_id, completed, due, created_at DESC, id DESC) WHERE ((NOT is_deleted) AND (due IS NOT NULL));
CREATE INDEX tasks_due_last ON public.tasks USING btree (user_id, completed, due DESC NULLS LAST, created_at DESC, id DESC) WHERE ((NOT is_deleted) AND (NOT ((due IS NULL) AND (priority IS NULL) AND ("position" IS NULL))));
CREATE INDEX tasks_newest ON public.tasks USING btree (user_id, created_at DESC, id DESC) WHERE (NOT is_deleted);
CREATE INDEX tasks_placed ON public.tasks USING btree (user_id, completed, "position", id) WHERE ((NOT is_deleted) AND ("position" IS NOT NULL));
CREATE INDEX tasks_plain ON public.tasks USING btree (user_id, completed, created_at DESC, id DESC) WHERE ((NOT is_deleted) AND (due IS NULL) AND (priority IS NULL) AND ("position" IS NULL));
CREATE INDEX tasks_planned ON public.tasks USING btree (user_id, completed, created_at DESC, id DESC) WHERE ((NOT is_deleted) AND (NOT ((due IS NULL) AND (priority IS NULL) AND ("position" IS NULL))));
CREATE INDEX tasks_priority ON public.tasks USING btree (user_id, completed, priority, created_at DESC, id DESC) WHERE ((NOT is_deleted) AND (priority IS NOT NULL));
CREATE INDEX tasks_priority_last ON public.tasks USING btree (user_id, completed, priority DESC NULLS LAST, created_at DESC, id DESC) WHERE ((NOT is_deleted) AND (NOT ((due IS NULL) AND (priority IS NULL) AND ("position" IS NULL))));
CREATE INDEX tasks_tagged ON public.tasks USING btree (user_id) WHERE ((NOT is_deleted) AND (tags IS NOT NULL));
CREATE INDEX tasks_title ON public.tasks USING btree (user_id, completed, title COLLATE "C", id) WHERE (NOT is_deleted);
CREATE INDEX tasks_trash ON public.tasks USING btree (user_id, deleted_at DESC, id DESC) WHERE is_deleted;
CREATE INDEX tasks_updated ON public.tasks USING btree (user_id, completed, updated_at DESC, id DESC) WHERE (NOT is_deleted);
CREATE INDEX tasks_without_place ON public.tasks USING btree (user_id, completed, created_at DESC, id DESC) WHERE ((NOT is_deleted) AND ("position" IS NULL) AND (NOT ((due IS NULL) AND (priority IS NULL) AND ("position" IS NULL))));
CREATE INDEX account_user_id ON tasklane_auth.account USING btree ("userId");
CREATE INDEX deleted_account_deleted_at ON tasklane_auth.deleted_account USING btree (deleted_at);
CREATE INDEX session_user_id ON tasklane_auth.session USING btree ("userId");
CREATE INDEX verification_identifier ON tasklane_auth.verification USING btree (identifier);
CREATE TRIGGER remember_deleted_account AFTER DELETE ON tasklane_auth."user" FOR EACH ROW EXECUTE FUNCTION tasklane_auth.remember_deleted_account();
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.purged_tasks
    ADD CONSTRAINT purged_tasks_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.purges
    ADD CONSTRAINT purges_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.task_lists
    ADD CONSTRAINT task_lists_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;
ALTER TABLE ONLY tasklane_auth.account
    ADD CONSTRAINT "account_userId_fkey" FOREIGN KEY ("userId") REFERENCES tasklane_auth."user"(id) ON DELETE CASCADE;
ALTER TABLE ONLY tasklane_auth.session
    ADD CONSTRAINT "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES tasklane_auth."user"(id) ON DELETE CASCADE;
ALTER TABLE public.idempotency_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY observer_sees_revisions ON public.task_lists FOR SELECT TO tasklane_observer USING (true);
CREATE POLICY owner_only ON public.idempotency_keys USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
CREATE POLICY owner_only ON public.purged_tasks USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
CREATE POLICY owner_only ON public.purges USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
CREATE POLICY owner_only ON public.task_lists USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
CREATE POLICY owner_only ON public.tasks USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
CREATE POLICY owner_only ON public.users USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
ALTER TABLE public.purged_tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.purges ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.task_lists ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA public TO tasklane_app;
GRANT USAGE ON SCHEMA public TO tasklane_observer;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO tasklane_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.purged_tasks TO tasklane_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.purges TO tasklane_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.task_lists TO tasklane_app;
GRANT SELECT(user_id) ON TABLE public.task_lists TO tasklane_observer;
GRANT SELECT(revision) ON TABLE public.task_lists TO tasklane_observer;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tasks TO tasklane_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.users TO tasklane_app;
