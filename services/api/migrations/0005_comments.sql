-- What each table and column is for, where whoever looks at the database finds it. The data model in specs/ is made
-- from these.

comment on table users is 'One row a user, made at the first write.';
comment on column users.user_id is 'The subject of the token.';
comment on column users.created_at is 'When the first write came.';

comment on table task_lists is 'One row a user. Every write locks it, so that a user''s changes have an order.';
comment on column task_lists.user_id is 'The owner.';
comment on column task_lists.task_count is 'Tasks that are not deleted.';
comment on column task_lists.completed_count is 'Those of them that are completed.';
comment on column task_lists.revision is
  'Goes up by one with every change. It begins at the time of the list''s making, in milliseconds, times 100, so that a '
  'list made again never repeats one.';
comment on column task_lists.trash_count is 'Tasks that are deleted and not purged.';
comment on column task_lists.horizon is
  'The highest revision whose change this list no longer knows: where it began, or the last purge.';

comment on table tasks is 'A task. A deleted one stays, flagged, until it is purged.';
comment on column tasks.user_id is 'The owner.';
comment on column tasks.id is 'UUID version 7, made by the service; an import keeps the id that it brings.';
comment on column tasks.title is '1 to 200 characters, trimmed.';
comment on column tasks.description is 'At most 2,000 characters.';
comment on column tasks.completed is 'Whether it is done.';
comment on column tasks.created_at is 'Set by the service, in whole milliseconds.';
comment on column tasks.updated_at is 'Set by the service, in whole milliseconds; never goes back.';
comment on column tasks.revision is 'The list''s at the last change of this task. The entity tag is made of it.';
comment on column tasks.is_deleted is 'Whether it is in the trash.';
comment on column tasks.deleted_at is 'When it was deleted; set if and only if it is.';

comment on table idempotency_keys is
  'The answer to each request with an Idempotency-Key, written in the transaction of what the request did.';
comment on column idempotency_keys.user_id is 'The owner.';
comment on column idempotency_keys.key is 'As the client sent it.';
comment on column idempotency_keys.request_hash is 'Tells the same request from another with the same key.';
comment on column idempotency_keys.expires_at is 'When the key may be used anew.';
comment on column idempotency_keys.status is 'The status of the first answer.';
comment on column idempotency_keys.body is 'The body of the first answer.';
comment on column idempotency_keys.location is 'Its Location.';
comment on column idempotency_keys.etag is 'Its ETag.';

comment on table tasklane_auth."user" is 'An account of the built-in issuer.';
comment on table tasklane_auth.session is 'A sign-in that has not ended.';
comment on table tasklane_auth.account is 'How an account signs in: its hashed password.';
comment on table tasklane_auth.verification is 'Made for Better Auth; empty.';
comment on table tasklane_auth.jwks is 'The signing keys; the private half is encrypted with AUTH_SECRET.';
comment on table tasklane_auth.deleted_account is
  'Hashes of the ids of deleted accounts, as long as a token of theirs could still be valid. A trigger fills it.';
comment on table tasklane_auth.service_key is 'Keys of the service itself, such as that of the sealed tokens.';
comment on table tasklane_auth.upkeep is 'When upkeep last ran.';
