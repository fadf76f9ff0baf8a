import { pino } from 'pino'
import { inOurWords } from '../auth/in-our-words.ts'
import { createIssuer } from '../auth/issuer.ts'
import { loadAuthSecret } from '../auth/secret.ts'
import { readCredentials } from './credentials.ts'
import type { RunCommand } from './run-command.ts'
import { withAccounts } from './with-accounts.ts'

/** An operator waits longer than a request does. */
const PATIENCE_MILLISECONDS = 60_000

/** `tasklane user create EMAIL` */
export const createUser: RunCommand = (config, [address = '']) =>
  withAccounts(config, async (database) => {
    const credentials = await readCredentials(address)
    const secret = loadAuthSecret(config.authSecret, config.dataDir)
    const issuer = await createIssuer({ database, secret, log: pino({ level: 'silent' }) })
    const deadline = performance.now() + PATIENCE_MILLISECONDS
    const { token } = await inOurWords(issuer.signUp(credentials, deadline))
    // The person has not signed in, and the operator must not have a session of theirs.
    await issuer.signOut(token, deadline)
    return `Made an account for ${credentials.email}.`
  })
