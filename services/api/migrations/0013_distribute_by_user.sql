-- A migration calls this right behind the making of a per-user table: where `tasklane distribute` has spread the users
-- over the nodes of Citus, the new table is spread in the same way. Elsewhere it does nothing.
create function distribute_by_user(new_table regclass) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from pg_extension where extname = 'citus') then
    return;
  end if;
  -- These are known with Citus alone, and looked up when they are reached.
  if exists (select from pg_dist_partition where logicalrelid = 'public.users'::regclass and partmethod = 'h') then
    perform create_distributed_table(new_table, 'user_id', colocate_with => 'public.users');
  end if;
end
$$;

revoke all on function distribute_by_user(regclass) from public;
