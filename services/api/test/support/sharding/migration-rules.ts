import { readdirSync, readFileSync } from 'node:fs'
import {
  type Command,
  inCommand,
  listOf,
  nameOf,
  parseSql,
  type Tree,
  tablesIn,
  treeOf,
  within,
  wordsOf,
} from './sql-tree.ts'

/*
 * How a migration has to be written, so that a distributed engine takes it, and so that each per-user table can be
 * distributed by its user.
 */

/** A rule that a command of a migration breaks, and the thing that it breaks it with. */
export interface Breach {
  rule: string
  of: string
}

interface Migration {
  commands: readonly Command[]
  /** The per-user tables that there are once it has run. */
  tables: ReadonlySet<string>
}

type Rule = (migration: Migration) => string[]

const keys = ['CONSTR_PRIMARY', 'CONSTR_UNIQUE', 'CONSTR_FOREIGN', 'CONSTR_EXCLUSION']

const rules: Record<string, Rule> = {
  'begins every key, constraint and reference with user_id': (migration) =>
    constraintsOf(migration)
      .filter(({ constraint }) => keys.includes(String(constraint.contype)))
      .filter(({ columns }) => columns[0] !== 'user_id')
      .map(({ table }) => table),
  'begins every index with user_id': ({ commands, tables }) =>
    indexesOf(commands, tables).flatMap(({ idxname, relation, indexParams }) =>
      listOf(indexParams, 'IndexElem')[0]?.name === 'user_id'
        ? []
        : [String(idxname ?? treeOf(relation).relname)],
    ),
  'has no trigger on a per-user table': ({ commands, tables }) =>
    onTables(commands, 'CreateTrigStmt', tables).map(({ trigname }) => String(trigname)),
  'takes no number from a sequence': ({ commands, tables }) =>
    [...definitionsOf(commands, tables)].filter(isNumbered).map(({ colname }) => String(colname)),
  'refers without on delete set': (migration) =>
    constraintsOf(migration)
      .filter(({ constraint }) => /^[nd]$/.test(String(constraint.fk_del_action)))
      .map(({ table }) => table),
  'adds a column and its constraint in two commands': ({ commands, tables }) =>
    alterationsOf(commands, tables)
      .flatMap(({ def }) => (isColumn(def) ? [treeOf(treeOf(def).ColumnDef)] : []))
      .filter(({ constraints }) => listOf(constraints, 'Constraint').some(({ contype }) => !isPlain(contype)))
      .map(({ colname }) => String(colname)),
  'gives a constraint that is added a name': ({ commands, tables }) =>
    alterationsOf(commands, tables)
      .filter(({ def }) => treeOf(treeOf(def).Constraint).contype !== undefined)
      .filter(({ def }) => treeOf(treeOf(def).Constraint).conname === undefined)
      .map(({ table }) => table),
  'makes functions before it makes or changes tables': ({ commands, tables }) => {
    const first = commands.findIndex((command) => changesTable(command, tables))
    return first === -1 ? [] : commands.slice(first).flatMap(functionsOf)
  },
  'distributes a new per-user table right behind its making': ({ commands, tables }) =>
    commands.flatMap((command, index) => {
      const table = madeBy(command)
      if (table === undefined || !tables.has(table)) return []
      return isDistributing(commands[index + 1], table) ? [] : [table]
    }),
  'leaves the rows of users alone': ({ commands, tables }) =>
    commands.flatMap((command) =>
      /^(Insert|Update|Delete|Merge|Select|Copy|Truncate)Stmt$/.test(command.kind)
        ? tablesIn(command)
            .map(nameOf)
            .filter((name) => tables.has(name))
        : [],
    ),
  'hides no per-user table in the text of a function': ({ commands, tables }) =>
    commands.flatMap((command) =>
      [...tables].filter((table) => bodyOf(command).match(new RegExp(`\\b${table}\\b`))),
    ),
}

export const migrationRules = Object.keys(rules)

/** The rules that a migration breaks, where the migrations before it have made these per-user tables. */
export function breachesOf(sql: string, before: Iterable<string> = []): Breach[] {
  const commands = parseSql(sql)
  const tables = new Set([...before, ...perUserTablesMadeBy(sql)])
  return migrationRules.flatMap((rule) =>
    [...new Set(rules[rule]?.({ commands, tables }))].map((of) => ({ rule, of })),
  )
}

export function readMigrations(): { name: string; sql: string }[] {
  const folder = new URL('../../../migrations/', import.meta.url)
  return readdirSync(folder)
    .sort()
    .map((file) => ({ name: file.replace('.sql', ''), sql: readFileSync(new URL(file, folder), 'utf8') }))
}

export function perUserTablesMadeBy(sql: string): string[] {
  return parseSql(sql)
    .filter(({ kind, tree }) => kind === 'CreateStmt' && listOf(tree.tableElts, 'ColumnDef').some(isOwner))
    .map(({ tree }) => nameOf(treeOf(tree.relation)))
    .filter((name) => !name.includes('.'))
}

/** All per-user tables that there are once the migrations have run. */
export function perUserTablesOf(migrations: readonly { sql: string }[]): Set<string> {
  return new Set(migrations.flatMap(({ sql }) => perUserTablesMadeBy(sql)))
}

function isOwner({ colname }: Tree): boolean {
  return colname === 'user_id'
}

/** The commands of a kind that say they are about one of the tables. */
function onTables(commands: readonly Command[], kind: string, tables: ReadonlySet<string>): Tree[] {
  return commands
    .filter((command) => command.kind === kind && tables.has(nameOf(treeOf(command.tree.relation))))
    .map(({ tree }) => tree)
}

function indexesOf(commands: readonly Command[], tables: ReadonlySet<string>): Tree[] {
  return onTables(commands, 'IndexStmt', tables)
}

function alterationsOf(
  commands: readonly Command[],
  tables: ReadonlySet<string>,
): { table: string; def: unknown }[] {
  return onTables(commands, 'AlterTableStmt', tables).flatMap(({ relation, cmds }) =>
    listOf(cmds, 'AlterTableCmd').map(({ def }) => ({ table: nameOf(treeOf(relation)), def })),
  )
}

function isColumn(def: unknown): boolean {
  return 'ColumnDef' in treeOf(def)
}

function isPlain(contype: unknown): boolean {
  return ['CONSTR_NOTNULL', 'CONSTR_NULL', 'CONSTR_DEFAULT'].includes(String(contype))
}

/** The columns that are defined, in new tables and added to old ones. */
function definitionsOf(commands: readonly Command[], tables: ReadonlySet<string>): Tree[] {
  return [
    ...onTables(commands, 'CreateStmt', tables).flatMap(({ tableElts }) => listOf(tableElts, 'ColumnDef')),
    ...alterationsOf(commands, tables).flatMap(({ def }) =>
      isColumn(def) ? listOf([def], 'ColumnDef') : [],
    ),
  ]
}

function isNumbered(column: Tree): boolean {
  const type = wordsOf(treeOf(column.typeName).names).at(-1) ?? ''
  const isIdentity = listOf(column.constraints, 'Constraint').some(
    ({ contype }) => contype === 'CONSTR_IDENTITY',
  )
  const called = within(column.constraints, 'FuncCall').flatMap(({ funcname }) => wordsOf(funcname))
  return /^(small|big)?serial\d?$/.test(type) || isIdentity || called.includes('nextval')
}

interface Constrained {
  table: string
  columns: string[]
  constraint: Tree
}

/** The constraints of per-user tables: those of a column, of a table, and those that are added. */
function constraintsOf({ commands, tables }: Migration): Constrained[] {
  const made = onTables(commands, 'CreateStmt', tables).flatMap(({ relation, tableElts }) => {
    const table = nameOf(treeOf(relation))
    return Array.isArray(tableElts) ? tableElts.flatMap((element) => constraintsIn(table, element)) : []
  })
  return [...made, ...alterationsOf(commands, tables).flatMap(({ table, def }) => constraintsIn(table, def))]
}

function constraintsIn(table: string, element: unknown): Constrained[] {
  const { ColumnDef, Constraint } = treeOf(element)
  const { colname, constraints } = treeOf(ColumnDef)
  const own = listOf(constraints, 'Constraint').map((constraint) => ({
    table,
    columns: [String(colname)],
    constraint,
  }))
  if (Constraint === undefined) return own
  const constraint = treeOf(Constraint)
  return [
    ...own,
    { table, columns: [...wordsOf(constraint.keys), ...wordsOf(constraint.fk_attrs)], constraint },
  ]
}

function changesTable({ kind, tree }: Command, tables: ReadonlySet<string>): boolean {
  return /^(Create|AlterTable|Index)Stmt$/.test(kind) && tables.has(nameOf(treeOf(tree.relation)))
}

function functionsOf({ kind, tree }: Command): string[] {
  return kind === 'CreateFunctionStmt' ? [wordsOf(tree.funcname).join('.')] : []
}

function madeBy({ kind, tree }: Command): string | undefined {
  return kind === 'CreateStmt' ? nameOf(treeOf(tree.relation)) : undefined
}

/** `select distribute_by_user('the_table')` */
function isDistributing(command: Command | undefined, table: string): boolean {
  if (command === undefined) return false
  return inCommand(command, 'FuncCall').some(({ funcname, args }) => {
    const given = listOf(args, 'A_Const').map(({ sval }) => treeOf(sval).sval)
    return wordsOf(funcname).at(-1) === 'distribute_by_user' && given.join() === table
  })
}

/** The text of a function or of a block, which this cannot read as SQL. */
function bodyOf({ kind, tree }: Command): string {
  if (!/^(CreateFunction|Do)Stmt$/.test(kind)) return ''
  return within(tree, 'DefElem')
    .filter(({ defname }) => defname === 'as')
    .flatMap(({ arg }) => within(arg, 'String').map(({ sval }) => String(sval)))
    .join('\n')
    .replace(/--.*/g, '')
}
