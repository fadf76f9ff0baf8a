import { giving, type Statement } from '../database/statement.ts'

export type AnswerRow = {
  request_hash: string
  status: number
  body: string
  location: string | null
  etag: string | null
}

export const idempotencyStatements = {
  /** Expired keys make room for new answers, the key in question included. */
  forgetExpired: {
    name: 'idempotency_forget_expired',
    text: 'delete from idempotency_keys where user_id = $1 and expires_at <= $2',
  },

  /**
   * Refuses a key that is there already with a unique violation, which undoes the whole transaction. With $8 the
   * answer's entity tag is the list's revision.
   */
  remember: {
    name: 'idempotency_remember',
    text: `
      insert into idempotency_keys (user_id, key, request_hash, expires_at, status, body, location, etag)
      select user_id, $2, $3, $4::timestamptz, $5::smallint, $6, $7, case when $8 then '"' || revision || '"' end
      from task_lists where user_id = $1`,
  },

  find: giving<AnswerRow>({
    name: 'idempotency_find',
    text: `
      select request_hash, status, body, location, etag
      from idempotency_keys where user_id = $1 and key = $2 and expires_at > $3`,
  }),
} satisfies Record<string, Statement>
