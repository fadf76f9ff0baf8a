import { AsyncLocalStorage } from 'node:async_hooks'
import { Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import { checkOut } from '../database/check-out.ts'

/** The database as the issuer's library reaches it, and what went wrong with it. */
export interface IssuerDatabase {
  db: Kysely<unknown>
  /** Of the call that is under way. */
  deadline(): number | undefined
  /**
   * The library answers a failed statement with an error of its own that says nothing of the cause, or with success, as
   * signing out does; here `translate` gets the cause, where there is one, and what it returns is thrown instead. After
   * the deadline nothing is begun.
   */
  explained<T>(
    work: () => Promise<T>,
    translate: (cause: unknown) => unknown,
    deadline: number | undefined,
  ): Promise<T>
}

interface Call {
  deadline: number | undefined
  cause?: unknown
}

export function createIssuerDatabase(pool: pg.Pool): IssuerDatabase {
  const current = new AsyncLocalStorage<Call>()
  const note = (cause: unknown) => {
    const call = current.getStore()
    if (call !== undefined) call.cause ??= cause
  }
  const connect = async () => {
    try {
      return await checkOut(pool, current.getStore()?.deadline)
    } catch (cause) {
      note(cause)
      throw cause
    }
  }
  return {
    db: new Kysely<unknown>({
      dialect: new PostgresDialect({ pool: { connect, end: () => pool.end() } }),
      log: (event) => {
        if (event.level === 'error') note(event.error)
      },
    }),
    deadline: () => current.getStore()?.deadline,
    async explained(work, translate, deadline) {
      const call: Call = { deadline }
      const result = await current.run(call, work).catch((error: unknown) => {
        throw call.cause === undefined ? error : translate(call.cause)
      })
      if (call.cause !== undefined) throw translate(call.cause)
      return result
    },
  }
}
