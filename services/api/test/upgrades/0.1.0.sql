-- A database of version 0.1.0: pg_dump --inserts --no-owner from PostgreSQL 15, without its comments. That version wrote it.
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
  set local plan_cache_mode = force_generic_plan;
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
COMMENT ON COLUMN public.task_lists.revision IS 'Goes up by one with every change. It begins at the time of the list''s making, in milliseconds, times 100, so that a list made again never repeats one.';
COMMENT ON COLUMN public.task_lists.trash_count IS 'Tasks that are deleted and not purged.';
COMMENT ON COLUMN public.task_lists.horizon IS 'The highest revision whose change this list no longer knows: where it began, or the last purge.';
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
    CONSTRAINT tasks_check CHECK ((is_deleted = (deleted_at IS NOT NULL))),
    CONSTRAINT tasks_description_check CHECK ((char_length(description) <= 2000)),
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
INSERT INTO public.idempotency_keys VALUES ('69f3aa31-0315-4e41-a33b-9b3e8166f90d', 'ada-key', 'dI95bKPfLtzsx50YgS9Z6NxFllEphfYz62IP8PWxKCk', '2026-11-28 04:20:57.331+00', 201, '{"id":"01a21b3c-2972-74a4-9212-577861c02923","title":"ada''s plan","description":"Two\nlines","completed":false,"created_at":"2026-11-27T04:20:57.330Z","updated_at":"2026-11-27T04:20:57.330Z"}', '/tasks/01a21b3c-2972-74a4-9212-577861c02923', '"179575325749601"');
INSERT INTO public.idempotency_keys VALUES ('70fb730c-060b-4bb2-8826-add8d134f280', 'bob-key', 'Mx3nyKKBVUmnhieYPmSZzutprY09DwlJAefBoNyU818', '2026-11-28 04:21:00.474+00', 201, '{"id":"01a21b3c-35ba-72b9-863e-d20d72e94986","title":"bob''s plan","description":"Two\nlines","completed":false,"created_at":"2026-11-27T04:21:00.473Z","updated_at":"2026-11-27T04:21:00.473Z"}', '/tasks/01a21b3c-35ba-72b9-863e-d20d72e94986', '"179575326052401"');
INSERT INTO public.schema_migrations VALUES (1, '0001_tasks', '2026-11-27 04:20:43.094582');
INSERT INTO public.schema_migrations VALUES (2, '0002_issuer', '2026-11-27 04:20:43.094582');
INSERT INTO public.schema_migrations VALUES (3, '0003_beyond_crud', '2026-11-27 04:20:43.094582');
INSERT INTO public.schema_migrations VALUES (4, '0004_speed', '2026-11-27 04:20:43.094582');
INSERT INTO public.schema_migrations VALUES (5, '0005_comments', '2026-11-27 04:21:01.292057');
INSERT INTO public.schema_migrations VALUES (6, '0006_settings', '2026-11-27 04:21:01.372545');
INSERT INTO public.task_lists VALUES ('69f3aa31-0315-4e41-a33b-9b3e8166f90d', 3, 1, 179575325749608, 1, 179575325749608);
INSERT INTO public.task_lists VALUES ('70fb730c-060b-4bb2-8826-add8d134f280', 1, 0, 179575326052401, 0, 179575326052400);
INSERT INTO public.tasks VALUES ('69f3aa31-0315-4e41-a33b-9b3e8166f90d', '01a21b3c-2972-74a4-9212-577861c02923', 'ada''s plan', 'Two
lines', true, '2026-11-27 04:20:57.33+00', '2026-11-27 04:20:57.568+00', 179575325749602, false, NULL);
INSERT INTO public.tasks VALUES ('69f3aa31-0315-4e41-a33b-9b3e8166f90d', '01a21b3c-2adb-7779-96ae-900665baa0a9', 'Plain', NULL, false, '2026-11-27 04:20:57.691+00', '2026-11-27 04:20:57.691+00', 179575325749603, false, NULL);
INSERT INTO public.tasks VALUES ('69f3aa31-0315-4e41-a33b-9b3e8166f90d', '01a21b3c-2b34-70c5-8d1f-4bf3e48df778', 'Another', NULL, false, '2026-11-27 04:20:57.779+00', '2026-11-27 04:20:57.779+00', 179575325749604, false, NULL);
INSERT INTO public.tasks VALUES ('69f3aa31-0315-4e41-a33b-9b3e8166f90d', '01a21b3c-2b7d-7200-8791-0f76aeee5239', 'Trashed', '', false, '2026-11-27 04:20:57.853+00', '2026-11-27 04:20:57.853+00', 179575325749606, true, '2026-11-27 04:20:57.903+00');
INSERT INTO public.tasks VALUES ('70fb730c-060b-4bb2-8826-add8d134f280', '01a21b3c-35ba-72b9-863e-d20d72e94986', 'bob''s plan', 'Two
lines', false, '2026-11-27 04:21:00.473+00', '2026-11-27 04:21:00.473+00', 179575326052401, false, NULL);
INSERT INTO public.users VALUES ('69f3aa31-0315-4e41-a33b-9b3e8166f90d', '2026-11-27 04:20:57.496+00');
INSERT INTO public.users VALUES ('70fb730c-060b-4bb2-8826-add8d134f280', '2026-11-27 04:21:00.524+00');
INSERT INTO tasklane_auth.account VALUES ('f8030cc0-806c-4aa5-bbd3-b73607d189ec', '69f3aa31-0315-4e41-a33b-9b3e8166f90d', 'credential', '69f3aa31-0315-4e41-a33b-9b3e8166f90d', NULL, NULL, NULL, NULL, NULL, NULL, 'scrypt$32768$8$3$pwcthMy-3hBoxtM9F2Q9hg$E2Y3XPe_jZC_AXgTuFK09JxJx2nQmH8VDgQkqmves3o', '2026-11-27 04:20:56.658+00', '2026-11-27 04:20:56.658+00');
INSERT INTO tasklane_auth.account VALUES ('db6669a5-ab44-4037-80da-ecdc43c60818', '70fb730c-060b-4bb2-8826-add8d134f280', 'credential', '70fb730c-060b-4bb2-8826-add8d134f280', NULL, NULL, NULL, NULL, NULL, NULL, 'scrypt$32768$8$3$kWA-gEj65nTQtKXyxxxj7w$oZp3YdfJcLXHFLMZ10R1-LUheo-vcOyF_G774rajxRw', '2026-11-27 04:21:00.315+00', '2026-11-27 04:21:00.315+00');
INSERT INTO tasklane_auth.jwks VALUES ('fe1d64c1-53c1-42fa-ac7e-cf77bd2af8ac', '{"crv":"Ed25519","x":"kdG18F_nZXBqqLA7Q3W7QwiVidmBSrdELHonV-1cPn0","kty":"OKP"}', '"1bfc76d76abb6da3df3e6a81600c34cc220198963f0fcd3f126c768fde03c7fef3a6ac1095bee3fa64caf9d60600006a42a9de849ee1e042067941befbbb86ec4de5bff728850454680967c01c672f1ac031db8bf7a906c1f1d44d6006dff43724afd872947f3c13fdd3500188bde33f46f00304433ea9899c6b43f81960025806b6eb6b90a9723b34e54954d5cb7135068106ef3f878542e086633ec086c62c5859c8ea35e4a5281e"', '2026-11-27 04:20:45.054+00', NULL, 'EdDSA', 'Ed25519');
INSERT INTO tasklane_auth.service_key VALUES ('token-sealer', 'b1ade6dffe90be6f5189ec78be9fdb31b13755171430dae552b64e8ba15c53eb');
INSERT INTO tasklane_auth.session VALUES ('7a46bc5c-2b23-427d-899c-70817f008119', '2026-12-04 04:20:56.665+00', '88rvRPIBRzBwy4daVAo16imePo8TSrP5', '2026-11-27 04:20:56.688+00', '2026-11-27 04:20:56.688+00', '', '', '69f3aa31-0315-4e41-a33b-9b3e8166f90d');
INSERT INTO tasklane_auth.session VALUES ('f03b4779-6bc0-4785-8970-ed8502c7f71f', '2026-12-04 04:21:00.319+00', '2gTbt3dtwRHJmzn81CCvcWeMF5mTrtBk', '2026-11-27 04:21:00.32+00', '2026-11-27 04:21:00.32+00', '', '', '70fb730c-060b-4bb2-8826-add8d134f280');
INSERT INTO tasklane_auth."user" VALUES ('69f3aa31-0315-4e41-a33b-9b3e8166f90d', '', 'ada@example.com', false, NULL, '2026-11-27 04:20:56.648+00', '2026-11-27 04:20:56.648+00');
INSERT INTO tasklane_auth."user" VALUES ('70fb730c-060b-4bb2-8826-add8d134f280', '', 'bob@example.com', false, NULL, '2026-11-27 04:21:00.311+00', '2026-11-27 04:21:00.311+00');
SELECT pg_catalog.setval('public.schema_migrations_id_seq', 6, true);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, key);
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
CREATE INDEX tasks_changes ON public.tasks USING btree (user_id, revision);
CREATE INDEX tasks_done_newest ON public.tasks USING btree (user_id, created_at DESC, id DESC) WHERE (completed AND (NOT is_deleted));
CREATE INDEX tasks_done_title ON public.tasks USING btree (user_id, title COLLATE "C", id) WHERE (completed AND (NOT is_deleted));
CREATE INDEX tasks_done_updated ON public.tasks USING btree (user_id, updated_at DESC, id DESC) WHERE (completed AND (NOT is_deleted));
CREATE INDEX tasks_newest ON public.tasks USING btree (user_id, created_at DESC, id DESC) WHERE (NOT is_deleted);
CREATE INDEX tasks_open_newest ON public.tasks USING btree (user_id, created_at DESC, id DESC) WHERE ((NOT completed) AND (NOT is_deleted));
CREATE INDEX tasks_open_title ON public.tasks USING btree (user_id, title COLLATE "C", id) WHERE ((NOT completed) AND (NOT is_deleted));
CREATE INDEX tasks_open_updated ON public.tasks USING btree (user_id, updated_at DESC, id DESC) WHERE ((NOT completed) AND (NOT is_deleted));
CREATE INDEX tasks_trash ON public.tasks USING btree (user_id, deleted_at DESC, id DESC) WHERE is_deleted;
CREATE INDEX account_user_id ON tasklane_auth.account USING btree ("userId");
CREATE INDEX deleted_account_deleted_at ON tasklane_auth.deleted_account USING btree (deleted_at);
CREATE INDEX session_user_id ON tasklane_auth.session USING btree ("userId");
CREATE INDEX verification_identifier ON tasklane_auth.verification USING btree (identifier);
CREATE TRIGGER remember_deleted_account AFTER DELETE ON tasklane_auth."user" FOR EACH ROW EXECUTE FUNCTION tasklane_auth.remember_deleted_account();
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;
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
CREATE POLICY owner_only ON public.task_lists USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
CREATE POLICY owner_only ON public.tasks USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
CREATE POLICY owner_only ON public.users USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));
ALTER TABLE public.task_lists ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA public TO tasklane_app;
GRANT USAGE ON SCHEMA public TO tasklane_observer;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO tasklane_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.task_lists TO tasklane_app;
GRANT SELECT(user_id) ON TABLE public.task_lists TO tasklane_observer;
GRANT SELECT(revision) ON TABLE public.task_lists TO tasklane_observer;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tasks TO tasklane_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.users TO tasklane_app;
