import {
  type Command,
  columnOf,
  inCommand,
  isTree,
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
 * How a statement on a per-user table has to be written, so that a distributed engine takes it and one node does it.
 */

type Tables = ReadonlySet<string>
type Rule = (command: Command, tables: Tables) => boolean

/** Functions that a change may call. Citus refuses volatile ones there, and of a column also those that are stable. */
export const immutableFunctions = ['cardinality', 'char_length', 'min', 'sqrt', 'unnest']

/** True where the rule is broken. */
const rules: Record<string, Rule> = {
  'names its owner, user_id = $1, for each table': (command, tables) =>
    levelsOf(command).some((level) => !namesOwners(level, tables)) ||
    inCommand(command, 'InsertStmt').some((insert) => isOurs(insert, tables) && !writesOwner(insert)),
  'has no merge': (command, tables) => inCommand(command, 'MergeStmt').some((merge) => isOurs(merge, tables)),
  'inserts no rows of a CTE or a function': (command) =>
    inCommand(command, 'InsertStmt').some(insertsMadeRows),
  'has no subquery in values': (command) =>
    inCommand(command, 'InsertStmt').some(({ selectStmt }) =>
      within(selectStmt, 'SelectStmt').some(({ valuesLists }) => within(valuesLists, 'SubLink').length > 0),
    ),
  'calls only immutable functions in a change': (command) => changesOf(command).some(callsOthers),
  'sets no column to a time that is computed from a column': (command) =>
    inCommand(command, 'UpdateStmt').some(({ targetList }) => within(targetList, 'TypeCast').some(makesTime)),
  'calls no function in on conflict do update': (command) =>
    inCommand(command, 'InsertStmt').some(({ onConflictClause }) => callsAny(treeOf(onConflictClause))),
  'names the table of an insert by an alias where it returns columns': (command) =>
    inCommand(command, 'InsertStmt').some(
      ({ relation, returningClause }) =>
        returningClause !== undefined && treeOf(relation).alias === undefined,
    ),
}

export const statementRules = Object.keys(rules)

/** The rules that a statement breaks; a statement on no per-user table breaks none. */
export function brokenRules(text: string, tables: Tables): string[] {
  const commands = parseSql(text)
  const [command] = commands
  if (command === undefined || commands.length > 1) throw new Error(`One statement at a time: ${text}`)
  if (!tablesIn(command).some((table) => tables.has(nameOf(table)))) return []
  return statementRules.filter((name) => rules[name]?.(command, tables))
}

function isOurs({ relation }: Tree, tables: Tables): boolean {
  return tables.has(nameOf(treeOf(relation)))
}

/** Every query within a command, each with tables and a condition of its own. */
function levelsOf({ kind, tree }: Command): Tree[] {
  const isLevel = (key: string, value: Tree) => /^(Update|Delete)Stmt$/.test(key) || 'fromClause' in value
  const below = (value: unknown): Tree[] => {
    if (Array.isArray(value)) return value.flatMap(below)
    if (!isTree(value)) return []
    return Object.entries(value).flatMap(([key, child]) => [
      ...(isTree(child) && isLevel(key, child) ? [child] : []),
      ...below(child),
    ])
  }
  return below({ [kind]: tree })
}

function namesOwners(level: Tree, tables: Tables): boolean {
  const relations = [
    ...('relation' in level ? [treeOf(level.relation)] : []),
    ...joined(level.fromClause),
    ...joined(level.usingClause),
  ]
  const owned = conjunctsOf(level.whereClause).flatMap(ownerIn)
  return relations
    .filter((relation) => tables.has(nameOf(relation)))
    .every((relation) => {
      const alias = String(treeOf(relation.alias).aliasname ?? relation.relname)
      return owned.includes(alias) || (owned.includes('') && relations.length === 1)
    })
}

/** The tables of one level, those of joins included; queries in parentheses are levels of their own. */
function joined(from: unknown): Tree[] {
  const joins = listOf(from, 'JoinExpr')
  const sides = joins.flatMap(({ larg, rarg }) => joined([larg, rarg]))
  return [...listOf(from, 'RangeVar'), ...sides]
}

/** The table whose owner a condition names; empty where it says no table. */
function ownerIn(condition: unknown): string[] {
  const { kind, name, lexpr, rexpr } = treeOf(treeOf(condition).A_Expr)
  const column = columnOf(lexpr)
  const isEqual = kind === 'AEXPR_OP' && wordsOf(name).join() === '='
  const isOwner = isEqual && column.at(-1) === 'user_id' && isCaller(rexpr)
  return isOwner ? [column.slice(0, -1).join('.')] : []
}

function isCaller(value: unknown): boolean {
  const { ParamRef, TypeCast } = treeOf(value)
  return isTree(TypeCast) ? isCaller(TypeCast.arg) : treeOf(ParamRef).number === 1
}

function conjunctsOf(condition: unknown): unknown[] {
  const { boolop, args } = treeOf(treeOf(condition).BoolExpr)
  return boolop === 'AND_EXPR' && Array.isArray(args) ? args.flatMap(conjunctsOf) : [condition]
}

/** The caller's id, or the owner of a row that the statement reads. */
function writesOwner({ cols, selectStmt }: Tree): boolean {
  const [first] = listOf(cols, 'ResTarget')
  const { valuesLists, targetList } = treeOf(treeOf(selectStmt).SelectStmt)
  const rows = listOf(valuesLists, 'List').map(({ items }) => (Array.isArray(items) ? items[0] : undefined))
  const values =
    rows.length > 0
      ? rows
      : listOf(targetList, 'ResTarget')
          .slice(0, 1)
          .map(({ val }) => val)
  return (
    first?.name === 'user_id' &&
    values.length > 0 &&
    values.every((value) => isCaller(value) || columnOf(value).at(-1) === 'user_id')
  )
}

function insertsMadeRows(insert: Tree): boolean {
  const named = within(insert, 'CommonTableExpr').map(({ ctename }) => ctename)
  const sources = within(insert.selectStmt, 'RangeVar').map(({ relname }) => relname)
  return within(insert.selectStmt, 'RangeFunction').length > 0 || sources.some((name) => named.includes(name))
}

function changesOf(command: Command): Tree[] {
  return [...inCommand(command, 'UpdateStmt'), ...inCommand(command, 'DeleteStmt')]
}

function callsOthers(change: Tree): boolean {
  const called = within(change, 'FuncCall').map(({ funcname }) => wordsOf(funcname).at(-1) ?? '')
  return (
    called.some((name) => !immutableFunctions.includes(name)) || within(change, 'SQLValueFunction').length > 0
  )
}

function callsAny(tree: Tree): boolean {
  return within(tree, 'FuncCall').length + within(tree, 'SQLValueFunction').length > 0
}

/** What is added to a time is an interval, and what becomes one depends on the session's settings. */
function makesTime({ arg, typeName }: Tree): boolean {
  const type = wordsOf(treeOf(typeName).names).at(-1) ?? ''
  return (
    type === 'interval' ||
    (/^(date|time|timetz|timestamp|timestamptz)$/.test(type) && within(arg, 'ColumnRef').length > 0)
  )
}
