import pg from 'pg'
import { serialize } from 'pg-protocol'
import { rowTypes } from './row-types.ts'
import type { Row, Statement, Step } from './statement.ts'

const begin: Statement = { name: 'begin', text: 'begin' }
const setUser: Statement = { name: 'set_user', text: 'select public.app_set_user($1)' }
const commit: Statement = { name: 'commit', text: 'commit' }
const STATEMENTS_BEFORE_STEPS = 2

type Parameter = string | Buffer | null
type Parse = (text: string) => unknown

// The types of `pg` leave it out.
const { prepareValue } = (pg as unknown as { utils: { prepareValue: (value: unknown) => Parameter } }).utils

/** How the rows of a statement are read; empty for one that has none. */
interface Shape {
  names: string[]
  parsers: Parse[]
  /** A row of nulls: a copy that is filled costs half as much as an object that grows with every column. */
  blank: Row
}

const emptyShape: Shape = { names: [], parsers: [], blank: {} }

/**
 * The statements that one connection is known to have prepared, and the shape of their rows.
 *
 * A statement is entered when it has been answered, and prepared anew until then: those sent before an error are
 * skipped by the server, their preparation too, and what was sent behind them must not depend on it.
 */
export type PreparedStatements = Map<string, Shape>

export interface Transaction {
  userId: string
  steps: readonly Step[]
  /** Undefined: no statement is kept prepared on the connection (DATABASE_PREPARE=off). */
  prepared: PreparedStatements | undefined
  done: (failure: Error | undefined, results: Row[][]) => void
  /** Called instead of `done` when a failed transaction before it kept it from beginning; send it again. */
  again: () => void
}

/**
 * Sends a whole transaction for one user: all its statements, from begin to commit, up to one Sync.
 *
 * After an error the server skips the rest up to the Sync, the commit too, and stays in the failed transaction. We send
 * a rollback as soon as we know of the error. Until it arrives, transactions sent behind fail at `begin`, have done
 * nothing, and are sent again. A Sync before the commit would spare them that, but cost every transaction a second
 * answer.
 */
export function sendTransaction(client: pg.Client, transaction: Transaction): void {
  client.query(new TransactionQuery(client, transaction))
}

interface Message {
  statement: Statement
  values: Parameter[]
}

/** A query of several statements, in the shape that `pg` expects of a query; its own have one statement each. */
class TransactionQuery extends pg.Query {
  override submit = submitMessages
  readonly messages: Message[]
  readonly #client: pg.Client
  readonly #transaction: Transaction
  readonly #results: Row[][]
  #failure: Error | undefined
  /** The place in `messages` of the one that is being answered. */
  #current = 0
  #shape: Shape | undefined

  constructor(client: pg.Client, transaction: Transaction) {
    super('')
    const { userId, steps } = transaction
    this.#client = client
    this.#transaction = transaction
    this.#results = steps.map(() => [])
    this.messages = [
      { statement: begin, values: [] },
      { statement: setUser, values: [userId] },
    ]
    for (const { statement, values } of steps) {
      this.messages.push({ statement, values: values.map(prepareValue) })
    }
    this.messages.push({ statement: commit, values: [] })
    this.#expect(0)
  }

  /** A statement whose rows were described before is not described again. */
  knows(statement: Statement): boolean {
    return this.#transaction.prepared?.has(statement.name) ?? false
  }

  nameOf(statement: Statement): string {
    return this.#transaction.prepared === undefined ? '' : statement.name
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    const names = fields.map(({ name }) => name)
    this.#shape = {
      names,
      parsers: fields.map(({ dataTypeID }) => rowTypes.getTypeParser(dataTypeID, 'text')),
      blank: Object.fromEntries(names.map((name) => [name, null])),
    }
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    if (this.#failure !== undefined || this.#shape === undefined) return
    try {
      this.#results[this.#current - STATEMENTS_BEFORE_STEPS]?.push(toRow(this.#shape, fields))
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error))
    }
  }

  handleCommandComplete(): void {
    const answered = this.messages[this.#current]
    if (answered !== undefined) {
      this.#transaction.prepared?.set(answered.statement.name, this.#shape ?? emptyShape)
    }
    this.#expect(this.#current + 1)
  }

  handleError(error: Error): void {
    const failed = this.messages[this.#current]
    // Prepared anew the next time, for its plan or the server's memory of it may be the fault.
    if (failed !== undefined) this.#transaction.prepared?.delete(failed.statement.name)
    if (failed?.statement === begin && isBehindFailure(error)) {
      this.#transaction.again()
      return
    }
    if (failed?.statement !== begin) rollBack(this.#client)
    this.#transaction.done(this.#failure ?? error, this.#results)
  }

  handleReadyForQuery(): void {
    this.#transaction.done(this.#failure, this.#results)
  }

  #expect(index: number): void {
    this.#current = index
    const message = this.messages[index]
    this.#shape = message === undefined ? undefined : this.#transaction.prepared?.get(message.statement.name)
  }
}

/** A connection on which even that fails is of no use. Where the transaction has ended it is a warning. */
function rollBack(client: pg.Client): void {
  client.query('rollback').catch(() => client.connection.stream.destroy())
}

/**
 * How a begin fails behind a failed transaction (PostgreSQL appendix A): in_failed_sql_transaction, and
 * invalid_sql_statement_name where another one before it closed the prepared `begin` and could not prepare it anew.
 */
function isBehindFailure(error: Error): boolean {
  return 'code' in error && (error.code === '25P02' || error.code === '26000')
}

/**
 * A property, since `pg` declares it as one; shared, since one function for each query would be a waste. All messages go out
 * as one piece: the stream's work for each piece costs more than the copy.
 */
function submitMessages(this: TransactionQuery, connection: pg.Connection): void {
  const pieces: Buffer[] = []
  for (const { statement, values } of this.messages) {
    const name = this.nameOf(statement)
    const isKnown = this.knows(statement)
    if (!isKnown) {
      // Closing an unknown name succeeds, preparing a known one fails: so close first.
      if (name !== '') pieces.push(serialize.close({ type: 'S', name }))
      pieces.push(serialize.parse({ name, text: statement.text, types: [] }))
    }
    pieces.push(serialize.bind({ statement: name, values }))
    if (!isKnown) pieces.push(serialize.describe({ type: 'P', name: '' }))
    pieces.push(serialize.execute())
  }
  const { stream } = connection
  if (stream.writable) stream.write(Buffer.concat(pieces))
  connection.sync()
}

function toRow({ names, parsers, blank }: Shape, fields: readonly (string | null)[]): Row {
  const row: Row = { ...blank }
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index]
    const text = fields[index]
    if (name !== undefined && text !== null && text !== undefined) row[name] = parsers[index]?.(text)
  }
  return row
}
