/** One SQL statement of the service. `name` is what PostgreSQL prepares it under: unique, never reused. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** A statement with the values of its parameters; the first is always the caller's user id. */
export interface Step {
  readonly statement: Statement
  readonly values: readonly unknown[]
}

export type Row = Record<string, unknown>

/** Runs steps within a transaction that is open already; the rows of each, in order. */
export type Run = (steps: readonly Step[]) => Promise<Row[][]>
