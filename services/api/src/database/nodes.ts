import type pg from 'pg'
import { queryUntil } from './check-out.ts'
import type { FindNodes } from './standstill.ts'

/** Others wait for the answer, which comes from the coordinator's memory. */
const WAIT_MILLISECONDS = 500

/** Both are known with Citus alone. */
const isDistributed = `
  select pg_catalog.to_regclass('pg_catalog.pg_dist_placement') is not null
    and pg_catalog.to_regproc('pg_catalog.get_shard_id_for_distribution_column') is not null as yes`

const findNodes = `
  select u.id::text as id, p.groupid::text as node
  from pg_catalog.unnest($1::uuid[]) u (id) join pg_catalog.pg_dist_placement p
    on p.shardid = pg_catalog.get_shard_id_for_distribution_column('public.users', u.id)`

/** Asks the catalogue of a distributed database where users' rows are; no node but this one is asked. */
export function nodesOf(pool: pg.Pool): FindNodes {
  const ask = <R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
    queryUntil<R>(pool, performance.now() + WAIT_MILLISECONDS, text, values)
  return async (userIds) => {
    const { rows: answers } = await ask<{ yes: boolean }>(isDistributed)
    if (answers[0]?.yes !== true) return undefined
    const { rows } = await ask<{ id: string; node: string }>(findNodes, [userIds])
    return new Map(rows.map(({ id, node }) => [id, node]))
  }
}
