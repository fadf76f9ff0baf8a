import pg from 'pg'
import type { Row, Statement, Step } from './database.ts'
import { rowTypes } from './row-types.ts'

const begin: Statement = { name: 'begin', text: 'begin' }
const setUser: Statement = { name: 'set_user', text: 'select app_set_user($1)' }
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
}

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
}

/**
 * Sends a whole transaction for one user: its statements up to one Sync, the commit behind it.
 *
 * After an error the server skips what is left before the Sync; the commit, which ends a failed transaction as a
 * rollback, must therefore stand behind it, or whatever shares the connection would find itself in that transaction.
 */
export function sendTransaction(client: pg.Client, transaction: Transaction): void {
  const work = new WorkQuery(transaction)
  client.query(work)
  client.query(new CommitQuery(transaction, work))
}

interface Message {
  statement: Statement
  values: Parameter[]
}

/** What `pg` needs to know of a query, with several statements in one: `pg` itself has one statement a query. */
abstract class PipelinedQuery extends pg.Query {
  override submit = submitMessages
  failure: Error | undefined
  readonly messages: Message[]
  readonly #prepared: PreparedStatements | undefined
  /** The place in `messages` of what is being answered. */
  #current = 0
  #shape: Shape | undefined

  constructor(messages: Message[], prepared: PreparedStatements | undefined) {
    super('')
    this.messages = messages
    this.#prepared = prepared
    this.#expect(0)
  }

  /** A statement whose rows were described before is not described again. */
  knows(statement: Statement): boolean {
    return this.#prepared?.has(statement.name) ?? false
  }

  nameOf(statement: Statement): string {
    return this.#prepared === undefined ? '' : statement.name
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    this.#shape = {
      names: fields.map(({ name }) => name),
      parsers: fields.map(({ dataTypeID }) => rowTypes.getTypeParser(dataTypeID, 'text')),
    }
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    if (this.failure !== undefined || this.#shape === undefined) return
    try {
      this.handleRow(this.#current, toRow(this.#shape, fields))
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error))
    }
  }

  handleCommandComplete(): void {
    const answered = this.messages[this.#current]
    if (answered !== undefined) {
      this.#prepared?.set(answered.statement.name, this.#shape ?? { names: [], parsers: [] })
    }
    this.#expect(this.#current + 1)
  }

  /** What failed is prepared anew the next time, for its plan or the server's memory of it may be the fault. */
  handleError(error: Error): void {
    this.failure ??= error
    const failed = this.messages[this.#current]
    if (failed !== undefined) this.#prepared?.delete(failed.statement.name)
    this.handleEnd()
  }

  handleReadyForQuery(): void {
    this.handleEnd()
  }

  protected abstract handleRow(index: number, row: Row): void
  protected abstract handleEnd(): void

  #expect(index: number): void {
    this.#current = index
    const message = this.messages[index]
    this.#shape = message === undefined ? undefined : this.#prepared?.get(message.statement.name)
  }
}

class WorkQuery extends PipelinedQuery {
  readonly results: Row[][]

  constructor({ userId, steps, prepared }: Transaction) {
    const messages: Message[] = [
      { statement: begin, values: [] },
      { statement: setUser, values: [userId] },
    ]
    for (const { statement, values } of steps) messages.push({ statement, values: values.map(prepareValue) })
    super(messages, prepared)
    this.results = steps.map(() => [])
  }

  protected override handleRow(index: number, row: Row): void {
    this.results[index - STATEMENTS_BEFORE_STEPS]?.push(row)
  }

  /** Success or not, the answer to the commit comes behind. */
  protected override handleEnd(): void {}
}

class CommitQuery extends PipelinedQuery {
  readonly #work: WorkQuery
  readonly #done: Transaction['done']

  constructor({ prepared, done }: Transaction, work: WorkQuery) {
    super([{ statement: commit, values: [] }], prepared)
    this.#work = work
    this.#done = done
  }

  protected override handleRow(): void {}

  protected override handleEnd(): void {
    this.#done(this.#work.failure ?? this.failure, this.#work.results)
  }
}

/** A property, since `pg` declares it as one; shared, since one function for each query would be a waste. */
function submitMessages(this: PipelinedQuery, connection: pg.Connection): void {
  for (const { statement, values } of this.messages) {
    const name = this.nameOf(statement)
    const isKnown = this.knows(statement)
    if (!isKnown) {
      // To close what is not there is no error; to prepare what is there is one.
      if (name !== '') connection.close({ type: 'S', name }, false)
      connection.parse({ name, text: statement.text, types: [] }, false)
    }
    connection.bind({ statement: name, values }, false)
    if (!isKnown) connection.describe({ type: 'P', name: '' }, false)
    connection.execute(null, false)
  }
  connection.sync()
}

function toRow({ names, parsers }: Shape, fields: readonly (string | null)[]): Row {
  const row: Row = {}
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index]
    const text = fields[index]
    if (name === undefined) continue
    row[name] = text === null || text === undefined ? null : parsers[index]?.(text)
  }
  return row
}
