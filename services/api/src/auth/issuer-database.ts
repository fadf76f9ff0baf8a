import { AsyncLocalStorage } from 'node:async_hooks'
import { Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'

/** The database as the issuer's library reaches it, and what went wrong with it. */
export interface IssuerDatabase {
  db: Kysely<unknown>
  /**
   * The library answers a failed statement with an error of its own that says nothing of the cause, or with success, as
   * signing out does; here `translate` gets the cause, where there is one, and what it returns is thrown instead.
   */
  explained<T>(work: () => Promise<T>, translate: (cause: unknown) => unknown): Promise<T>
}

export function createIssuerDatabase(pool: pg.Pool): IssuerDatabase {
  const current = new AsyncLocalStorage<{ cause?: unknown }>()
  const note = (cause: unknown) => {
    const call = current.getStore()
    if (call !== undefined) call.cause ??= cause
  }
  const connect = async () => {
    try {
      return await pool.connect()
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
    async explained(work, translate) {
      const call: { cause?: unknown } = {}
      const result = await current.run(call, work).catch((error: unknown) => {
        throw call.cause === undefined ? error : translate(call.cause)
      })
      if (call.cause !== undefined) throw translate(call.cause)
      return result
    },
  }
}
