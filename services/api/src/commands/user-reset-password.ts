import { hashPassword } from '../auth/password.ts'
import { inTransaction } from '../database/transaction.ts'
import { readCredentials } from './credentials.ts'
import { findAccount } from './find-account.ts'
import type { RunCommand } from './run-command.ts'
import { withAccounts } from './with-accounts.ts'

/** `tasklane user reset-password EMAIL` */
export const resetPassword: RunCommand = (config, [address = '']) =>
  withAccounts(config, async (database) => {
    await findAccount(database.pool, address)
    const { email, password } = await readCredentials(address)
    const hash = await hashPassword(password)
    await inTransaction(database.pool, async (client) => {
      const id = await findAccount(client, email)
      await client.query(
        `update tasklane_auth.account set password = $2, "updatedAt" = now()
         where "userId" = $1 and "providerId" = 'credential'`,
        [id, hash],
      )
      await client.query('delete from tasklane_auth.session where "userId" = $1', [id])
    })
    return `${email} has another password, and no session any more. Access tokens made before go on for at most 15 minutes.`
  })
