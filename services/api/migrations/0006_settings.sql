-- A database or a role may have settings of its own. Names mean the tables and functions of this schema whatever its
-- search path says, in requests as well as in the trigger. A statement ends by itself when the longest wait of a
-- request is over, should nobody be left to cancel it.
create or replace function app_set_user(u uuid) returns void language plpgsql as $$
begin
  set local search_path = public, pg_temp;
  set local role tasklane_app;
  set local statement_timeout = 5000;
  set local plan_cache_mode = force_generic_plan;
  execute format('set local app.user_id = %L', u);
end
$$;

alter function tasklane_auth.remember_deleted_account() set search_path = pg_catalog, pg_temp;
