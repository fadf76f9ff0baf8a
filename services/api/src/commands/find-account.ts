import type { PoolClient } from 'pg'

/** @throws {Error} where no account has the address. */
export async function findAccount(client: Pick<PoolClient, 'query'>, email: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    'select id from tasklane_auth."user" where email = $1',
    [email.toLowerCase()],
  )
  const [account] = rows
  if (account === undefined) throw new Error('No account has this e-mail address')
  return account.id
}
