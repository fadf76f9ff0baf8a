import { createHash, type Hash } from 'node:crypto'

/** A table of a backup; `tasklane_auth.` stands before the issuer's. */
export interface Table {
  name: string
}

/** What belongs to a user, in an order in which it may be written. */
export const userTables: readonly Table[] = [
  { name: 'users' },
  { name: 'task_lists' },
  { name: 'tasks' },
  { name: 'idempotency_keys' },
  { name: 'purged_tasks' },
  { name: 'purges' },
]

/** What belongs to the built-in issuer and to the service itself, in an order in which it may be written. */
export const ownTables: readonly Table[] = [
  { name: 'tasklane_auth.user' },
  { name: 'tasklane_auth.session' },
  { name: 'tasklane_auth.account' },
  { name: 'tasklane_auth.verification' },
  { name: 'tasklane_auth.jwks' },
  { name: 'tasklane_auth.deleted_account' },
  { name: 'tasklane_auth.service_key' },
  { name: 'tasklane_auth.upkeep' },
]

/** The name as SQL has it; `user` is a word of SQL. */
export function quoted({ name }: Table): string {
  return name
    .split('.')
    .map((part) => `"${part}"`)
    .join('.')
}

const FORMAT = 'tasklane backup'
const VERSION = 1

/** The first line of a backup: what wrote it, and the schema that its rows are of. */
export interface Header {
  type: typeof FORMAT
  version: typeof VERSION
  made_at: string
  made_by: string
  migrations: string[]
}

export function headerLine(madeBy: string, migrations: string[]): string {
  const header: Header = {
    ...{ type: FORMAT, version: VERSION, made_at: new Date().toISOString() },
    ...{ made_by: madeBy, migrations },
  }
  return `${JSON.stringify(header)}\n`
}

/** @throws {Error} in words for the operator. */
export function parseHeader(line: string | undefined): Header {
  const value = parseObject(line ?? '')
  if (value?.type !== FORMAT || !isTexts(value.migrations)) {
    throw new Error('This is no backup of Tasklane: its first line says something else')
  }
  if (value.version !== VERSION) {
    throw new Error(`This version of Tasklane reads backups of version ${VERSION}, and this one is another`)
  }
  const [madeAt, madeBy] = [String(value.made_at), String(value.made_by)]
  return { type: FORMAT, version: VERSION, made_at: madeAt, made_by: madeBy, migrations: value.migrations }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string')
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** A row's line: its table and, as PostgreSQL writes it, the row without what is null. */
export function rowLine(table: string, row: string): string {
  return `{"${table}":${row}}\n`
}

const rowPattern = /^\{"([a-z_.]+)":(\{.*\})\}$/s

/** The parts of a row's line; undefined for another one. */
export function parseRow(line: string): { table: string; row: string } | undefined {
  const [, table, row] = rowPattern.exec(line) ?? []
  return table === undefined || row === undefined ? undefined : { table, row }
}

/** How many rows of each table there are, and a hash of their lines: the last line of a backup. */
export class Tally {
  readonly #tables = new Map<string, { count: number; hash: Hash }>()

  /** All that were added, of every table. */
  get count(): number {
    return [...this.#tables.values()].reduce((sum, { count }) => sum + count, 0)
  }

  add(table: string, line: string): void {
    const known = this.#tables.get(table) ?? { count: 0, hash: createHash('sha256') }
    this.#tables.set(table, known)
    known.count += 1
    known.hash.update(line)
  }

  /** The last line. */
  toLine(): string {
    const tables = [...this.#tables].map(([name, { count, hash }]) => [
      name,
      { count, sha256: hash.copy().digest('hex') },
    ])
    return `${JSON.stringify({ type: 'end', tables: Object.fromEntries(tables) })}\n`
  }
}
