import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { inject } from 'vitest'
import { type Config, loadConfig } from '../../src/config.ts'
import { testSecret } from './app.ts'
import { databaseUrl, queryAt } from './postgres.ts'

export interface OwnDatabase {
  /** As an administrator. */
  url: string
  /** The same database as another role. */
  as: (role: string) => string
  config: (url?: string) => Config
  query: (sql: string, url?: string) => Promise<pg.QueryResult>
  drop: () => Promise<void>
}

/** A database of its own on the run's PostgreSQL server: empty, or a copy of a migrated one. */
export async function createOwnDatabase(source: 'empty' | 'migrated'): Promise<OwnDatabase> {
  const engine = inject('engine')
  if (engine.kind !== 'postgres') throw new Error('This test is for PostgreSQL alone')
  const name = `tasklane_test_${randomUUID().replaceAll('-', '')}`
  await queryAt(
    engine.url,
    `create database ${name} ${source === 'empty' ? '' : `template ${engine.template}`}`,
  )
  const url = databaseUrl(engine.url, name)
  return {
    url,
    as(role) {
      const changed = new URL(url)
      changed.username = role
      return changed.href
    },
    config: (as = url) =>
      loadConfig({ DATABASE_URL: as, JWT_SECRET: testSecret, RATE_LIMIT_PER_MINUTE: '0' }),
    query: (sql, as = url) => queryAt(as, sql),
    async drop() {
      await queryAt(engine.url, `drop database ${name} with (force)`)
    },
  }
}
