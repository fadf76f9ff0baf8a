-- One function for PostgreSQL, the embedded engine and Citus. Citus chooses a node by the values of a statement, which
-- a generic plan does not have; and its nodes hear of settings of a transaction only where it is told to pass them on.
create or replace function app_set_user(u uuid) returns void language plpgsql as $$
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
