import type pg from 'pg'

/** The tables whose rows belong to a user, by the database's own catalogue. */
export async function perUserTables(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(`
    select relname as name
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = 'public' and relkind in ('r', 'p')
      and exists (select from pg_attribute where attrelid = pg_class.oid and attname = 'user_id' and attnum > 0)
    order by relname`)
  return rows.map(({ name }) => name)
}

/** Every row that is not this user's, as the connecting role sees it. */
export async function rowsOfOthers(pool: pg.Pool, tables: string[], userId: string): Promise<string[]> {
  const rows: string[] = []
  for (const table of tables) {
    const answer = await pool.query<{ row: string }>(
      `select to_jsonb(t)::text as row from ${table} t where user_id <> $1 order by 1`,
      [userId],
    )
    rows.push(...answer.rows.map(({ row }) => `${table} ${row}`))
  }
  return rows
}
