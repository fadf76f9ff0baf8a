/** A row of any statement: its columns, by name. */
export type Row = Record<string, unknown>

/** One SQL statement of the service. `name` is what PostgreSQL prepares it under: unique, never reused. */
export interface Statement<R extends Row = Row> {
  readonly name: string
  readonly text: string
  /** Never there: it carries the type of a row to the sender of the statement. */
  readonly row?: R
}

/** The statement, and what each of its rows has. */
export function giving<R extends Row>(statement: { name: string; text: string }): Statement<R> {
  return statement
}

/** A statement with the values of its parameters; the first is always the caller's user id. */
export interface Step<R extends Row = Row> {
  readonly statement: Statement<R>
  readonly values: readonly unknown[]
}

/** The rows of each step, in order. */
export type RowsOf<Steps extends readonly Step[]> = {
  -readonly [Index in keyof Steps]: Steps[Index] extends Step<infer R> ? R[] : never
}

/** Runs steps within a transaction that is open already; the rows of each, in order. */
export type Run = <const Steps extends readonly Step[]>(steps: Steps) => Promise<RowsOf<Steps>>

/** Rows are what their statements say: the one place where the database is taken at its word. */
export function typed<Steps extends readonly Step[]>(
  _steps: Steps,
  rows: Promise<Row[][]>,
): Promise<RowsOf<Steps>> {
  return rows as Promise<RowsOf<Steps>>
}
