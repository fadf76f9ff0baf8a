import type pg from 'pg'

interface Column {
  name: string
  type: string
  isNullable: boolean
  initial: string | null
  meaning: string | null
}

interface Table {
  name: string
  meaning: string | null
  columns: Column[]
  /** As PostgreSQL prints them: keys, references and checks. */
  constraints: string[]
  indexes: string[]
}

/** The tables of a schema as the database's own catalogue describes them, by name. */
export async function tablesOf(pool: pg.Pool, schema: string): Promise<Table[]> {
  // Settings shape what the catalogue prints: with the schema on the path its name is left out.
  const { rows } = await pool.query<Table>(
    `select c.relname as name, obj_description(c.oid, 'pg_class') as meaning,
      (select json_agg(json_build_object(
          'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'isNullable', not a.attnotnull,
          'initial', pg_get_expr(d.adbin, d.adrelid), 'meaning', col_description(c.oid, a.attnum)) order by a.attnum)
        from pg_attribute a left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      (select coalesce(json_agg(pg_get_constraintdef(k.oid, true) order by k.contype desc, k.conname), '[]')
        from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u', 'f', 'c')) as constraints,
      (select coalesce(json_agg(pg_get_indexdef(i.indexrelid) order by i.indexrelid::regclass::text collate "C"), '[]')
        from pg_index i where i.indrelid = c.oid and not i.indisprimary
          and not exists (select from pg_constraint k where k.conindid = i.indexrelid)) as indexes
    from pg_class c
    where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'schema_migrations'
    order by c.relname collate "C"`,
    [schema],
  )
  return rows
}

/** A heading, a table of columns, and a list of constraints and indexes for each. */
export function toMarkdown(tables: Table[]): string {
  return tables.map(section).join('\n\n')
}

function section({ name, meaning, columns, constraints, indexes }: Table): string {
  const rows = columns.map(
    (column) =>
      `| \`${column.name}\` | ${typeOf(column)} | ${column.initial === null ? '' : `\`${column.initial}\``} | ${column.meaning ?? ''} |`,
  )
  const rules = [...constraints, ...indexes.map(shortened)].map((rule) => `- \`${rule}\``)
  return [
    `### ${name}`,
    ...(meaning === null ? [] : ['', meaning]),
    '',
    '| column | type | default | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
    ...rules,
  ].join('\n')
}

const typeOf = ({ type, isNullable }: Column): string =>
  (isNullable ? `${type} or null` : type).replace('timestamp with time zone', 'timestamptz')

/** `tasks_newest: user_id, created_at DESC, id DESC where NOT is_deleted`, out of the whole statement. */
const shortened = (definition: string): string =>
  definition.replace(
    /^CREATE (UNIQUE )?INDEX (\S+) ON \S+ USING btree /,
    (_, unique = '', name) => `index ${name} ${unique.toLowerCase()}`,
  )
