-- What short requests send is written so that one plan suits all values (a test looks at each), and PostgreSQL is told
-- so: by itself it would plan the page of a long list anew for every request, which costs more than the page.
create or replace function app_set_user(u uuid) returns void language plpgsql as $$
begin
  set local role tasklane_app;
  set local statement_timeout = 10000;
  set local plan_cache_mode = force_generic_plan;
  execute format('set local app.user_id = %L', u);
end
$$;

-- Every write updates its user's row. With room on the page the new version stays beside the old one, which the next
-- one replaces: no index entry, no bloat.
alter table task_lists set (fillfactor = 25);
