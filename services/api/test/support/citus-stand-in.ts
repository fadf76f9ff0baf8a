import { queryAt } from './postgres.ts'

/*
 * The part of Citus that `tasklane distribute` talks to, in one database of a plain server: its catalogue, and functions
 * that write into it and refuse what Citus refuses. No row moves. What was called stands in stand_in.calls.
 */

const standIn = `
set allow_system_table_mods = on;
insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
values (4000000000, 'citus', 10, 11, false, '13.2-1');

create schema stand_in;
grant usage on schema stand_in to public;
create table stand_in.calls (id serial, call text not null);
-- A function by this name fails, with this message; and other faults.
create table stand_in.faults (name text primary key, message text not null);
create table stand_in.freed (freed_table regclass);
grant all on all tables in schema stand_in to public;
grant all on all sequences in schema stand_in to public;

create table pg_catalog.pg_dist_partition (logicalrelid regclass primary key, partmethod "char", partkey text, colocationid int);
create table pg_catalog.pg_dist_local_group (groupid int);
create table pg_catalog.pg_dist_node (groupid int, nodename text, nodeport int, noderole text, isactive boolean, shouldhaveshards boolean);
grant all on pg_catalog.pg_dist_partition, pg_catalog.pg_dist_local_group, pg_catalog.pg_dist_node to public;
insert into pg_catalog.pg_dist_local_group values (0);
insert into pg_catalog.pg_dist_node values
  (0, 'coordinator', 5432, 'primary', true, false), (1, 'first', 5432, 'primary', true, true), (2, 'second', 5432, 'primary', true, true);

create function stand_in.note(name text, call text) returns void language plpgsql as $$
begin
  insert into stand_in.calls (call) values (call);
  if exists (select from stand_in.faults f where f.name = note.name) then
    raise exception '%', (select message from stand_in.faults f where f.name = note.name);
  end if;
end $$;

create function pg_catalog.column_to_column_name(table_name regclass, column_text text) returns text language sql as 'select column_text';

create function pg_catalog.create_distributed_table(
  table_name regclass, distribution_column text, colocate_with text default 'default', shard_count int default null
) returns void language plpgsql as $$
begin
  perform stand_in.note('create_distributed_table', format('create_distributed_table %s %s %s %s', table_name, distribution_column, colocate_with, shard_count));
  if (select relforcerowsecurity and pg_relation_size(oid::regclass) > 0 from pg_class where oid = table_name)
    and not (select rolsuper from pg_roles where rolname = current_user) then
    raise exception using errcode = '0A000', message = 'COPY FROM not supported with row-level security';
  end if;
  if exists (select from stand_in.faults where name = 'lose a row' and message = table_name::text) then
    execute format('delete from %s where ctid = (select min(ctid) from %s)', table_name, table_name);
  end if;
  insert into pg_dist_partition values (table_name, 'h', distribution_column,
    case colocate_with when 'default' then 1 else (select colocationid from pg_dist_partition where logicalrelid = colocate_with::regclass) end);
end $$;

create function pg_catalog.truncate_local_data_after_distributing_table(table_name regclass) returns void language plpgsql as $$
begin
  perform stand_in.note('truncate_local_data_after_distributing_table', format('truncate_local_data %s', table_name));
  insert into stand_in.freed select logicalrelid from pg_dist_partition;
end $$;

-- What was freed is as empty here as Citus would leave it.
create or replace function pg_catalog.pg_relation_size(regclass) returns bigint language sql as
  'select case when exists (select from stand_in.freed where freed_table = $1) then 0 else pg_relation_size($1, ''main'') end';

create function pg_catalog.citus_add_local_table_to_metadata(table_name regclass, cascade_via_foreign_keys boolean default false)
returns void language plpgsql as $$
begin
  perform stand_in.note('citus_add_local_table_to_metadata', format('add_local_table %s %s', table_name, cascade_via_foreign_keys));
  insert into pg_dist_partition
  select oid, 'n', null, 0 from pg_class where oid = table_name or cascade_via_foreign_keys and oid in (
    select conrelid from pg_constraint where contype = 'f' and confrelid = table_name);
end $$;

create function pg_catalog.run_command_on_workers(command text) returns table (nodename text, nodeport int, success boolean, result text)
language plpgsql as $$
declare
  answer text;
begin
  execute command into answer;
  -- A grant that is older than Citus reached no node.
  if exists (select from stand_in.faults where name = 'membership') then answer := 'f'; end if;
  return query select n.nodename, n.nodeport, true, left(answer, 1) from pg_dist_node n where n.groupid > 0;
end $$;

create function pg_catalog.run_command_on_shards(table_name regclass, command text) returns table (shardid bigint, success boolean, result text)
language plpgsql as $$
declare
  answer boolean;
begin
  execute format(command, table_name) into answer;
  return query select 102008::bigint, true, left(answer::text, 1);
end $$;

create function pg_catalog.rebalance_table_shards(table_name regclass) returns void language plpgsql as $$
begin
  perform stand_in.note('rebalance_table_shards', format('rebalance %s', table_name));
  if exists (select from pg_class where relforcerowsecurity and oid in (select logicalrelid from pg_dist_partition)) then
    raise exception 'cannot replicate into relation with row-level security enabled';
  end if;
  -- As long as somebody else keeps it.
  perform pg_advisory_xact_lock(77);
end $$;

create view pg_catalog.citus_shards as
  select logicalrelid as table_name, 102008::bigint as shardid, 'distributed'::text as citus_table_type,
    n.nodename, n.nodeport, 8192::bigint as shard_size
  from pg_dist_partition cross join pg_dist_node n where partmethod = 'h' and n.shouldhaveshards;
grant select on pg_catalog.citus_shards to public;
`

/** Lets a database look like the coordinator of a cluster with two nodes. */
export async function installCitusStandIn(url: string): Promise<void> {
  await queryAt(url, standIn)
}
