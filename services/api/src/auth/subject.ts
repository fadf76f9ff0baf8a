import { v5 as uuidV5 } from 'uuid'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const MAXIMUM_SUBJECT_LENGTH = 255

/**
 * The user id of a token's `sub`: a UUID as it is, in lower case; any other string the UUID v5 (RFC 9562
 * section 5.5) of issuer and subject. Undefined for what is no usable subject.
 */
export function userIdOf(issuer: string, subject: unknown): string | undefined {
  if (typeof subject !== 'string' || subject.length === 0) return undefined
  if (uuid.test(subject)) return subject.toLowerCase()
  if ([...subject].length > MAXIMUM_SUBJECT_LENGTH) return undefined
  if (subject.includes('\0') || !subject.isWellFormed() || !issuer.isWellFormed()) return undefined
  return uuidV5(subject, uuidV5(issuer, uuidV5.URL))
}
