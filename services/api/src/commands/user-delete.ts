import { createRemoveAccount } from '../account/remove.ts'
import { findAccount } from './find-account.ts'
import type { RunCommand } from './run-command.ts'
import { withAccounts } from './with-accounts.ts'

/** `tasklane user delete EMAIL`: as `DELETE /me` does; a running service learns of it within seconds. */
export const deleteUser: RunCommand = (config, [address = '']) =>
  withAccounts(config, async (database) => {
    await createRemoveAccount(database.pool, true)(await findAccount(database.pool, address))
    return `Deleted the account of ${address.toLowerCase()}, and everything in it.`
  })
