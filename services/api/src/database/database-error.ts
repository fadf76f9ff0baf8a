import pg from 'pg'
import { AppError, unavailable } from '../errors.ts'

/** Errors of the socket, before or instead of an answer from the server. */
const lostConnectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
])

/**
 * PostgreSQL appendix A: shutdown and crash recovery (57P01 to 57P03), idle sessions and long transactions that the server
 * ends (57P05, 25P03, 25P04), too many connections, connection exceptions.
 */
const lostConnectionStates = /^(57P0[1235]|25P0[34]|53300|08\w{3})$/

/** Statement timeout, serialization failure, deadlock, lock timeout, out of resources. */
const passingStates = /^(57014|40001|40P01|55P03|53\w{3})$/

/** Of lost connections, as a distributed database passes them on when one of its nodes is away. */
const lostNodeStates = /^(57P0[123]|08\w{3})$/

/** Whether the connection broke (or could not be made), so that nothing is known of the answer. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error) || isAnswer(error)) return false
  const code = codeOf(error)
  if (code !== undefined) return lostConnectionCodes.has(code) || lostConnectionStates.test(code)
  // Errors that `pg` itself throws carry no code.
  return /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed)/.test(
    error.message,
  )
}

/**
 * Whether a node of a distributed database is away: the statement and its transaction failed, the connection is well,
 * and users of other nodes are served.
 */
export function isNodeLost(error: unknown): boolean {
  if (error instanceof AppError) return isNodeLost(error.cause)
  return error instanceof Error && isAnswer(error) && lostNodeStates.test(codeOf(error) ?? '')
}

/** PostgreSQL goes on with a connection after an ERROR, and ends it after anything worse. */
function isAnswer(error: Error): boolean {
  return 'severity' in error && error.severity === 'ERROR'
}

/** A statement was cancelled, by us or by its time limit; its transaction is undone. */
export function isCancelled(error: unknown): boolean {
  return error instanceof Error && codeOf(error) === '57014'
}

/** A database error as the caller may see it: 503 when trying again may help, else the error itself, a bug. */
export function databaseError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof AppError) return error
  if (isConnectionLost(error)) return unavailable('The database is not reachable', error)
  if (isNodeLost(error)) return unavailable('A part of the database is not reachable', error)
  // A standby, or the embedded engine while its disk is nearly full.
  if (codeOf(error) === '25006') return unavailable('The database takes no writes at the moment', error)
  if (codeOf(error) === '53100') return unavailable('The disk of the database is full', error)
  if (passingStates.test(codeOf(error) ?? '')) return unavailable('The database is too busy', error)
  return error
}

/** Whether the database is what failed: an error of its own, or no answer at all. */
export function isDatabaseFailure(error: unknown): boolean {
  return error instanceof pg.DatabaseError || isConnectionLost(error)
}

/** A row that was there already, or that another transaction made at the same time. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && codeOf(error) === '23505'
}

/** The owner of a row was deleted at the same time. */
export function isForeignKeyViolation(error: unknown): boolean {
  return error instanceof Error && codeOf(error) === '23503'
}

/** Settings that, too short, end what has nothing wrong with it, by the SQLSTATE that they cause (PostgreSQL appendix A). */
export const timeLimits: Record<string, string> = {
  '57014': 'statement_timeout',
  '57P05': 'idle_session_timeout',
  '25P03': 'idle_in_transaction_session_timeout',
  '25P04': 'transaction_timeout',
}

/** The SQLSTATE that PostgreSQL failed with, or the code of a socket's error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
