import { isAPIError } from 'better-auth/api'
import { invalid } from '../errors.ts'
import { accountExists, noSession, wrongCredentials } from './refusal.ts'

/** The issuer's refusals in the words of this API. What is not a refusal stays what it is. */
export async function inOurWords<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw isAPIError(error) ? refusalOf(error.body?.code, error.statusCode, error) : error
  }
}

function refusalOf(code: string | undefined, status: number, cause: Error): unknown {
  switch (code) {
    case 'INVALID_EMAIL_OR_PASSWORD':
      return wrongCredentials(cause)
    case 'USER_ALREADY_EXISTS':
    case 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL':
      return accountExists(cause)
    case 'INVALID_EMAIL':
    // Its own schema's word; of what that asks for, only the address can still be wrong here.
    case 'VALIDATION_ERROR':
      return invalid([{ in: 'body', path: '/email', message: 'must be an e-mail address' }])
    default:
      return status === 401 ? noSession() : cause
  }
}
