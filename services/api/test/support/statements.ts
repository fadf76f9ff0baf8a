import { readdirSync } from 'node:fs'
import type { Statement } from '../../src/database/statement.ts'
import { pageShapes } from '../../src/tasks/page-shapes.ts'
import { pageStatement } from '../../src/tasks/page-statements.ts'

const source = new URL('../../src/', import.meta.url)

/** Every statement that any statements.ts of the source exports, by file, and every shape of a page. */
export async function allStatements(): Promise<Statement[]> {
  const exported = (await statementModules()).flatMap((module) => Object.values(module))
  const named = exported.flatMap((value) =>
    typeof value === 'object' && value !== null ? Object.values(value) : [],
  )
  return [...named.filter(isStatement), ...pageShapes().map(pageStatement)]
}

/** The same and those that have no name, as they are never prepared: these go by the name of their export. */
export async function everySqlText(): Promise<Statement[]> {
  const unnamed = (await statementModules())
    .flatMap((module) => Object.entries(module))
    .flatMap(([name, text]) => (typeof text === 'string' && isStatementText(text) ? [{ name, text }] : []))
  return [...(await allStatements()), ...unnamed]
}

/** As a file of SQL: each under its name, without the indentation of the code that it comes from. */
export function toSql(statements: readonly Statement[]): string {
  return statements.map(({ name, text }) => `-- ${name}\n${dedented(text)};\n`).join('\n')
}

async function statementModules(): Promise<Record<string, unknown>[]> {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(^|\/)statements\.ts$/.test(file))
    .sort()
  return Promise.all(
    files.map((file) => import(new URL(file, source).href) as Promise<Record<string, unknown>>),
  )
}

function isStatement(value: unknown): value is Statement {
  return typeof value === 'object' && value !== null && 'name' in value && 'text' in value
}

/** A part of a statement, such as a list of columns, is none. */
function isStatementText(text: string): boolean {
  return /^\s*(select|insert|update|delete|with)\s/.test(text)
}

function dedented(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const indents = lines.slice(text.startsWith('\n') ? 0 : 1).map((line) => line.search(/\S/))
  const indent = Math.min(...indents, Number.MAX_SAFE_INTEGER)
  return lines.map((line) => line.slice(Math.min(indent, line.search(/\S/))).trimEnd()).join('\n')
}
