import { SignUp } from '../auth/schema.ts'
import { invalid } from '../errors.ts'
import { compileValidator } from '../http/contract/validation.ts'
import { readPassword } from './read-password.ts'

const faultsOf = compileValidator('body', SignUp)

/** An address and a password for it, by the same rules as at a sign-up. */
export async function readCredentials(email: string): Promise<{ email: string; password: string }> {
  const credentials = { email, password: 'not read yet' }
  refuseFaults(credentials)
  credentials.password = await readPassword()
  refuseFaults(credentials)
  return credentials
}

/** @throws {AppError} that lists what is wrong; the address comes out in lower case. */
function refuseFaults(credentials: { email: string; password: string }): void {
  const faults = faultsOf(credentials)
  if (faults.length > 0) invalid(faults)
}
