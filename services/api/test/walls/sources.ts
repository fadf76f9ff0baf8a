import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAst } from 'vitest/node'

const folder = fileURLToPath(new URL('../../src', import.meta.url))

/** Some SQL in the source code that names a per-user table. */
export interface SourceSql {
  /** Such as tasks/statements.ts:31. */
  place: string
  /** The text, cut where the code puts something in. */
  chunks: string[]
  /** Why it needs no owner clause: what follows `// walls:` in a comment right above it. */
  exemption: string | undefined
  /** Why nothing leaks even without both walls: what follows `// walls cannot leak:`. */
  harmless: string | undefined
}

export interface KnownStatement {
  name: string
  text: string
}

export function namesTable(text: string, tables: readonly string[]): boolean {
  const table = new RegExp(
    `\\b(from|join|into|update|using|only|table)\\s+(public\\.)?"?(${tables.join('|')})"?\\b`,
  )
  return table.test(text) && /\b(select|insert|delete|update|truncate|where|join|lock|copy)\b/.test(text)
}

export function readSources(tables: readonly string[]): SourceSql[] {
  return sourceFiles().flatMap((file) => {
    const code = readFileSync(join(folder, file), 'utf8')
    return literalsOf(parseAst(code, { lang: 'ts' }))
      .filter(({ chunks }) => namesTable(chunks.join(' … '), tables))
      .map(({ start, chunks }) => {
        const before = code.slice(0, start).split('\n')
        return {
          place: `${file}:${before.length}`,
          chunks,
          exemption: reasonIn(before, 'walls'),
          harmless: reasonIn(before, 'walls cannot leak'),
        }
      })
  })
}

/** Every `{ name, text }` that a file with such SQL exports, in whatever object, array or map. */
export async function exportedStatements(tables: readonly string[]): Promise<KnownStatement[]> {
  const found = new Map<string, KnownStatement>()
  const files = new Set(readSources(tables).map(({ place }) => place.replace(/:\d+$/, '')))
  for (const file of files) {
    const module: unknown = await import(/* @vite-ignore */ join(folder, file))
    for (const statement of statementsIn(module, 5)) {
      if (namesTable(statement.text, tables)) found.set(statement.text, statement)
    }
  }
  return [...found.values()]
}

/** Whether the literal's pieces stand in this text, one after another. */
export function isMadeFrom(text: string, { chunks }: SourceSql): boolean {
  let from = 0
  return chunks.every((chunk) => {
    const at = text.indexOf(chunk, from)
    from = at + chunk.length
    return at >= 0
  })
}

function sourceFiles(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
}

/** A reason is within the comment that ends right above the literal's line, or the line before that. */
function reasonIn(before: readonly string[], marker: string): string | undefined {
  const comment = new RegExp(`// ${marker}: (.+(?:\\n\\s*// .+)*)(?:\\n(?!\\s*//).*){1,2}$`)
  return comment.exec(before.slice(-6).join('\n'))?.[1]?.replace(/\n\s*\/\//g, '')
}

interface Literal {
  start: number
  chunks: string[]
}

function literalsOf(node: unknown): Literal[] {
  if (Array.isArray(node)) return node.flatMap(literalsOf)
  if (typeof node !== 'object' || node === null) return []
  const {
    type,
    start = 0,
    value,
    quasis,
  } = node as {
    type?: string
    start?: number
    value?: unknown
    quasis?: { value: { cooked: string } }[]
  }
  const below = Object.values(node).flatMap(literalsOf)
  if (type === 'Literal' && typeof value === 'string') return [{ start, chunks: [value] }]
  if (type !== 'TemplateLiteral' || quasis === undefined) return below
  return [{ start, chunks: quasis.map((quasi) => quasi.value.cooked) }, ...below]
}

function statementsIn(value: unknown, depth: number): KnownStatement[] {
  if (typeof value !== 'object' || value === null || depth === 0) return []
  if (
    'name' in value &&
    'text' in value &&
    typeof value.name === 'string' &&
    typeof value.text === 'string'
  ) {
    return [{ name: value.name, text: value.text }]
  }
  const parts = value instanceof Map ? [...value.values()] : Object.values(value)
  return parts.flatMap((part) => statementsIn(part, depth - 1))
}
