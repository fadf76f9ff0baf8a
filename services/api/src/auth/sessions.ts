import type pg from 'pg'
import { queryUntil } from '../database/check-out.ts'
import { inTransaction } from '../database/transaction.ts'
import type { Hashing } from './hashing.ts'

/** How long a session lives from its last use. */
export const SESSION_SECONDS = 30 * 24 * 60 * 60
/** More of them nobody reads; the rest are ended together. */
const MOST_TOLD = 1000

/** A session that is there, and whose it is. */
export interface CurrentSession {
  id: string
  userId: string
}

/** The dates are those of the database. */
export interface KnownSession {
  id: string
  createdAt: Date
  lastUsedAt: Date
  expiresAt: Date
}

/** The sessions of an account, as the holder of one of them sees and ends them. */
export interface Sessions {
  /** The caller's own first, then those used last. */
  list(own: CurrentSession, deadline: number): Promise<KnownSession[]>
  /** Whether the account had that session. */
  end(own: CurrentSession, id: string, deadline: number): Promise<boolean>
  endOthers(own: CurrentSession, deadline: number): Promise<void>
  /** Ends the other sessions with the same commit. Whether the current password was right. */
  changePassword(
    own: CurrentSession,
    passwords: { current: string; next: string },
    deadline: number,
  ): Promise<boolean>
}

/**
 * By statements of our own on the library's tables: its calls answer with session tokens, see 100 sessions of an account
 * and no more, and end the caller's own session with the others when the password changes.
 */
export function createSessions(pool: pg.Pool, hashing: Hashing): Sessions {
  return {
    async list({ id, userId }, deadline) {
      const { rows } = await queryUntil<KnownSession>(pool, deadline, listed, [userId, id])
      return rows
    },
    async end({ userId }, id, deadline) {
      const { rowCount } = await queryUntil(pool, deadline, ended, [userId, id])
      return rowCount === 1
    },
    async endOthers({ id, userId }, deadline) {
      await queryUntil(pool, deadline, othersEnded, [userId, id])
    },
    async changePassword({ id, userId }, { current, next }, deadline) {
      const { rows } = await queryUntil<{ hash: string }>(pool, deadline, passwordOf, [userId])
      const hash = rows[0]?.hash
      if (hash === undefined || !(await hashing.verify({ hash, password: current }, deadline))) return false
      const nextHash = await hashing.hash(next, deadline)
      return inTransaction(
        pool,
        async (client) => {
          const { rowCount } = await client.query(passwordChanged, [userId, hash, nextHash])
          if (rowCount !== 1) return false
          await client.query(othersEnded, [userId, id])
          return true
        },
        deadline,
      )
    },
  }
}

const listed = `select id, "createdAt", "updatedAt" as "lastUsedAt", "expiresAt" from tasklane_auth.session
  where "userId" = $1 and "expiresAt" > now() order by id = $2 desc, "updatedAt" desc, id limit ${MOST_TOLD}`

const ended = 'delete from tasklane_auth.session where "userId" = $1 and id = $2 and "expiresAt" > now()'

const othersEnded = 'delete from tasklane_auth.session where "userId" = $1 and id <> $2'

const passwordOf = `select password as hash from tasklane_auth.account
  where "userId" = $1 and "providerId" = 'credential' and password is not null`

/** Of two changes at once that know the same password, one goes through. */
const passwordChanged = `update tasklane_auth.account set password = $3, "updatedAt" = now()
  where "userId" = $1 and "providerId" = 'credential' and password = $2`
