import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { expect, test } from 'vitest'
import { apiFolder } from '../support/build.ts'

test('from PostgreSQL 16 on, whoever makes the role of requests may act as it', async () => {
  const pglite = await PGlite.create()
  const version = await pglite.query<{ number: number }>(
    "select current_setting('server_version_num')::int as number",
  )
  expect(version.rows[0]?.number).toBeGreaterThanOrEqual(160_000)
  await pglite.exec('create role maker createrole; set session authorization maker')
  const migration = readFileSync(join(apiFolder, 'migrations/0001_tasks.sql'), 'utf8')
  const [roles = ''] = migration.split('create table users')
  expect(roles).toContain('create role tasklane_app')
  await pglite.exec(roles)
  await pglite.exec('set role tasklane_app')
  const user = await pglite.query<{ name: string }>('select current_user as name')
  expect(user.rows).toEqual([{ name: 'tasklane_app' }])
  await pglite.close()
}, 120_000)
