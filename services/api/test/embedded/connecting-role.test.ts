import { expect, test } from 'vitest'
import { createPGlite } from '../../src/database/create-pglite.ts'
import { migrate } from '../../src/database/migrate.ts'
import { createEmbeddedDatabase } from '../../src/database/open.ts'
import { proveWalls } from '../../src/database/prove-walls.ts'
import { EmbeddedCopy, emptyFolder } from '../support/embedded-copy.ts'
import { silentLog } from '../support/log.ts'

/** The embedded engine on every run: it is the only one at hand that is sure to be PostgreSQL 16 or later. */
async function openAs(role: string, ...asAdministrator: string[]) {
  const pglite = await createPGlite({ fs: new EmbeddedCopy(emptyFolder()) })
  for (const statement of asAdministrator) await pglite.query(statement)
  await pglite.query(`alter database postgres owner to ${role}`)
  await pglite.query(`set session authorization ${role}`)
  return createEmbeddedDatabase(pglite, () => {})
}

test('an owner who may create roles but is no superuser brings the database up, with both walls', async () => {
  const database = await openAs('owner_with_createrole', 'create role owner_with_createrole login createrole')
  await migrate(database, silentLog)
  await expect(proveWalls(database)).resolves.toBeUndefined()
  await database.close()
})

test('an owner who may not create roles brings it up once an administrator made the role and granted it', async () => {
  const database = await openAs(
    'plain_owner',
    'create role plain_owner login',
    'create role tasklane_app',
    'create role tasklane_observer',
    'grant tasklane_app, tasklane_observer to plain_owner',
  )
  await migrate(database, silentLog)
  await expect(proveWalls(database)).resolves.toBeUndefined()
  await database.close()
})
