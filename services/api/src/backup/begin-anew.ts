import type { Database } from '../database/database.ts'
import { noteRestore } from '../database/last-restore.ts'
import { observe } from '../database/observe.ts'
import { revisionAt } from '../database/revision.ts'
import { listUsersAfter } from '../retention/statements.ts'
import { syncStatements } from '../sync/statements.ts'

const USERS_AT_A_TIME = 100
const BEFORE_ALL_USERS = '00000000-0000-0000-0000-000000000000'

/**
 * Ends the time of every sync token and of every list's entity tag, since the database was taken back in time: what
 * clients know of the time that was lost is not here, so they start again. Cut short, it may be done again.
 *
 * @returns for how many users.
 */
export async function beginAnew(database: Database): Promise<number> {
  const revision = revisionAt(Date.now())
  await noteRestore(database.pool, revision)
  const begin = (userId: string) =>
    database.write(userId, [{ statement: syncStatements.beginAnew, values: [userId, revision] }])
  let count = 0
  for (let last: string | undefined = BEFORE_ALL_USERS; last !== undefined; ) {
    const rows: { user_id: string }[] = await observe(database.pool, listUsersAfter, [last, USERS_AT_A_TIME])
    await Promise.all(rows.map((row) => begin(row.user_id)))
    count += rows.length
    last = rows.at(-1)?.user_id
  }
  return count
}
