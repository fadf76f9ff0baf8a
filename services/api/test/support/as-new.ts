/** Changes with everything but rows: whatever makes, alters or drops a thing writes a row of the catalogue. */
const shape = `
  select md5(string_agg(entry, ' ' order by entry collate "C")) from (
    select 'class ' || oid || ' ' || xmin as entry from pg_class where oid >= 16384 and relkind <> 't'
    union all select 'attribute ' || attrelid || ' ' || attnum || ' ' || xmin from pg_attribute where attrelid >= 16384
    union all select 'constraint ' || oid || ' ' || xmin from pg_constraint where oid >= 16384
    union all select 'default ' || oid || ' ' || xmin from pg_attrdef
    union all select 'function ' || oid || ' ' || xmin from pg_proc where oid >= 16384
    union all select 'policy ' || oid || ' ' || xmin from pg_policy
    union all select 'rule ' || oid || ' ' || xmin from pg_rewrite where oid >= 16384
    union all select 'schema ' || oid || ' ' || xmin from pg_namespace where oid >= 16384 and nspname !~ '^pg_'
    union all select 'trigger ' || oid || ' ' || xmin from pg_trigger
    union all select 'role ' || oid || ' ' || xmin from pg_authid where starts_with(rolname, 'tasklane_')
    union all select 'setting ' || setrole || ' ' || setdatabase || ' ' || xmin from pg_db_role_setting
    union all select 'statistics ' || starelid || ' ' || staattnum from pg_statistic where starelid >= 16384
  ) entries`

/** Without the triggers, which would write rows of their own, and the references, which would have an order. */
const empty = `
  do $$ declare name text; begin
    set local session_replication_role = replica;
    for name in select format('%I.%I', nspname, relname)
      from pg_class join pg_namespace on pg_namespace.oid = relnamespace
      where nspname in ('public', 'tasklane_auth') and relkind = 'r' and relname <> 'schema_migrations'
    loop
      execute 'delete from ' || name;
    end loop;
  end $$`

/** Runs one statement as the role that made the database. */
export type Query = (sql: string) => Promise<{ rows: unknown[] }>

/** What a database is but for its rows. */
export async function shapeOf(query: Query): Promise<string> {
  return JSON.stringify((await query(shape)).rows)
}

/**
 * @param tidy ends what others do there.
 * @returns whether it is as it was when it had this shape, and without rows; if it is not, nobody may use it any more.
 */
export async function makeAsNew(query: Query, was: string, tidy: () => Promise<unknown>): Promise<boolean> {
  try {
    await tidy()
    if ((await shapeOf(query)) !== was) return false
    await query(empty)
    return true
  } catch {
    // A test has broken it, or the role may not pass over triggers.
    return false
  }
}
