import type pg from 'pg'

/** A per-user table, and how it is spread. */
export interface UserTable {
  name: string
  /** As SQL has to write it. */
  owner: string
  isForced: boolean
  /** The column that its rows are spread by; undefined: they are all on this server. */
  column: string | undefined
  isBesideUsers: boolean
  /** Rows on this server: all of a table that is not spread, and what was left of one that is. */
  hasLocalRows: boolean
}

/** A table that belongs to no user: the issuer's, and the list of migrations. */
export interface SharedTable {
  /** As SQL has to write it. */
  name: string
  isKnownToNodes: boolean
  hasReferences: boolean
}

export interface Node {
  name: string
  holdsRows: boolean
}

/** The database as its catalogue has it. */
export interface Catalogue {
  /** The version of Citus. */
  citus: string
  isCoordinator: boolean
  nodes: readonly Node[]
  role: { name: string; isSuperuser: boolean; changesRoles: boolean }
  /** In the order in which writers lock them; users is the last. */
  tables: readonly UserTable[]
  shared: readonly SharedTable[]
  /** Roles of the service that cannot log in at a node. */
  withoutLogin: readonly string[]
  /** Whether each node knows that the owner may act as those roles. */
  isOwnerMember: boolean
}

type Client = Pick<pg.ClientBase, 'query'>

/** @returns undefined where Citus is not in this database. */
export async function readCatalogue(client: Client): Promise<Catalogue | undefined> {
  const { rows } = await client.query<{ version: string }>(
    "select extversion as version from pg_catalog.pg_extension where extname = 'citus'",
  )
  const [citus] = rows
  if (citus === undefined) return undefined
  const nodes = await readNodes(client)
  const tables = await readTables(client)
  return {
    citus: citus.version,
    ...nodes,
    tables,
    shared: await readSharedTables(client),
    ...(await readRoles(client, tables.at(-1)?.owner ?? '')),
  }
}

async function readNodes(client: Client): Promise<Pick<Catalogue, 'isCoordinator' | 'nodes'>> {
  const group = await client.query<{ groupid: number }>('select groupid from pg_catalog.pg_dist_local_group')
  const { rows } = await client.query<Node>(`
    select nodename || ':' || nodeport as name, shouldhaveshards as "holdsRows"
    from pg_catalog.pg_dist_node where noderole::text = 'primary' and isactive order by groupid`)
  return { isCoordinator: group.rows[0]?.groupid === 0, nodes: rows }
}

async function readTables(client: Client): Promise<UserTable[]> {
  const { rows } = await client.query<Omit<UserTable, 'column'> & { column: string | null }>(`
    select c.relname as name, quote_ident(pg_get_userbyid(c.relowner)) as owner, c.relforcerowsecurity as "isForced",
      case when p.partmethod = 'h' then column_to_column_name(p.logicalrelid, p.partkey) end as "column",
      coalesce(p.colocationid = (
        select colocationid from pg_catalog.pg_dist_partition where logicalrelid = 'public.users'::regclass
      ), false) as "isBesideUsers",
      pg_relation_size(c.oid::regclass) > 0 as "hasLocalRows"
    from pg_catalog.pg_class c left join pg_catalog.pg_dist_partition p on p.logicalrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and exists (select from pg_catalog.pg_attribute where attrelid = c.oid and attname = 'user_id' and attnum > 0)
    order by c.relname = 'users', c.relname <> 'task_lists', c.relname`)
  return rows.map(({ column, ...table }) => ({ ...table, column: column ?? undefined }))
}

async function readSharedTables(client: Client): Promise<SharedTable[]> {
  const { rows } = await client.query<SharedTable>(`
    select format('%I.%I', n.nspname, c.relname) as name,
      exists (select from pg_catalog.pg_dist_partition where logicalrelid = c.oid) as "isKnownToNodes",
      exists (select from pg_catalog.pg_constraint where contype = 'f' and c.oid in (conrelid, confrelid)) as "hasReferences"
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and (n.nspname = 'tasklane_auth' or n.nspname = 'public' and c.relname = 'schema_migrations')
    order by n.nspname, c.relname`)
  return rows
}

async function readRoles(
  client: Client,
  owner: string,
): Promise<Pick<Catalogue, 'role' | 'withoutLogin' | 'isOwnerMember'>> {
  // From PostgreSQL 16 on, a role may change those alone that it made, or was given as theirs to pass on.
  const role = await client.query<Catalogue['role']>(`
    select quote_ident(rolname) as name, rolsuper as "isSuperuser",
      rolcreaterole and (current_setting('server_version_num')::int < 160000 or (
        select bool_and(pg_has_role(current_user, oid, 'member with admin option'))
        from pg_catalog.pg_roles where rolname in ('tasklane_app', 'tasklane_observer')
      )) as "changesRoles"
    from pg_catalog.pg_roles where rolname = current_user`)
  const { rows } = await client.query<{ name: string }>(`
    select rolname as name from pg_catalog.pg_roles
    where rolname in ('tasklane_app', 'tasklane_observer') and not rolcanlogin order by 1`)
  const [row] = role.rows
  if (row === undefined) throw new Error('The connecting role is not in the catalogue')
  return {
    role: row,
    withoutLogin: rows.map(({ name }) => name),
    isOwnerMember: await isMemberEverywhere(client, owner),
  }
}

/** A grant that is older than Citus is missing on the nodes. */
async function isMemberEverywhere(client: Client, owner: string): Promise<boolean> {
  const member = `
    select pg_has_role(oid, 'tasklane_app', 'member') and pg_has_role(oid, 'tasklane_observer', 'member')
    from pg_catalog.pg_roles where quote_ident(rolname) = $owner$${owner}$owner$`
  const { rows } = await client.query<{ success: boolean; result: string | null }>(
    'select success, result from run_command_on_workers($1)',
    [member],
  )
  return rows.every(({ success, result }) => success && result === 't')
}
