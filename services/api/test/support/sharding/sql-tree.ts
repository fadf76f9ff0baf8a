import { loadModule, parseSync } from 'libpg-query'

/** SQL as PostgreSQL's own parser reads it: an object a thing, under the name of its kind where it has one. */
export type Tree = Readonly<Record<string, unknown>>

/** A command of a text: its kind, such as `InsertStmt`, and what it says. */
export interface Command {
  kind: string
  tree: Tree
}

await loadModule()

export function parseSql(sql: string): Command[] {
  return (parseSync(sql).stmts ?? []).map(({ stmt }) => {
    const [kind = '', tree] = Object.entries(stmt ?? {})[0] ?? []
    return { kind, tree: treeOf(tree) }
  })
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function treeOf(value: unknown): Tree {
  return isTree(value) ? value : {}
}

/** A list of things of one kind; things of other kinds are left out. */
export function listOf(value: unknown, kind: string): Tree[] {
  const items = Array.isArray(value) ? value : []
  return items.flatMap((item) => (isTree(item) && isTree(item[kind]) ? [item[kind]] : []))
}

/** The words of a list of names, such as a function's. */
export function wordsOf(value: unknown): string[] {
  return listOf(value, 'String').map(({ sval }) => String(sval))
}

/** Every thing of a kind in a tree, at any depth. */
export function within(tree: unknown, kind: string): Tree[] {
  if (Array.isArray(tree)) return tree.flatMap((item) => within(item, kind))
  if (!isTree(tree)) return []
  return Object.entries(tree).flatMap(([key, value]) => [
    ...(key === kind && isTree(value) ? [value] : []),
    ...within(value, kind),
  ])
}

/** The same of a command, itself included. */
export function inCommand({ kind: own, tree }: Command, kind: string): Tree[] {
  return within({ [own]: tree }, kind)
}

/** Every table that is named, to read or to write. */
export function tablesIn(command: Command): Tree[] {
  const targets = ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CopyStmt'].flatMap((kind) =>
    inCommand(command, kind).map(({ relation }) => treeOf(relation)),
  )
  return [...targets, ...inCommand(command, 'RangeVar')]
}

/** The name of a table of ours; the issuer's tables are in another schema. */
export function nameOf({ schemaname, relname }: Tree): string {
  return schemaname === undefined || schemaname === 'public' ? String(relname) : `${schemaname}.${relname}`
}

export function columnOf(value: unknown): string[] {
  const { ColumnRef } = treeOf(value)
  return wordsOf(treeOf(ColumnRef).fields)
}
