import { IsOptional, type TSchema } from 'typebox'
import { type FieldName, fields, namesOf, schemasOf } from './fields.ts'
import type { NewTask, Task, TaskChanges } from './schema.ts'

const names = namesOf(fields)

/** The columns of a task, in the contract's order; `t.` before each for a task that is called `t`. */
export const columnsOf = (prefix: string) => names.map((name) => prefix + name).join(', ')

/** The columns with their types, to read tasks out of JSON. */
export const typedColumns = names.map((name) => `${name} ${fields[name].type}`).join(', ')

/** The same columns of a task of which nothing but the id is left. */
export const columnsOfPurged = names
  .map((name) => (name === 'id' ? name : `null::${fields[name].type} as ${name}`))
  .join(', ')

type OptionalName = { [Name in FieldName]: object extends Pick<Task, Name> ? Name : never }[FieldName]

/** A task as its row has it: what an answer leaves out is null. */
export type TaskRow = { [Name in FieldName]: Name extends OptionalName ? Task[Name] | null : Task[Name] }

/** The same with what makes its entity tag. */
export type StoredRow = TaskRow & { revision: number }

/** What a row has in place of a task where it is there for something else: a page without tasks has its counters. */
export type NoTask = { [Name in FieldName]: null }

const optional = names.filter((name) => IsOptional(fields[name].told))

/** The row as a task. A field that is left out is undefined, which costs less than a copy, or than to delete it. */
export function toTask<Row extends TaskRow>(row: Row): Omit<Row, FieldName> & Task {
  const values: Partial<Record<FieldName, unknown>> = row
  for (const name of optional) if (values[name] === null) values[name] = undefined
  return row as Omit<Row, FieldName> & Task
}

export function hasTask<Row extends TaskRow | NoTask>(row: Row): row is Row & TaskRow {
  return row.id !== null
}

const blank = Object.fromEntries(names.map((name) => [name, null])) as Record<FieldName, null>

/** A task as it will be when it is created. */
export function taskOf(sent: NewTask, id: string, now: string): Task {
  return toTask({ ...blank, ...sent, id, completed: false, created_at: now, updated_at: now })
}

const created = namesOf(schemasOf('create'))

/** What clients set of a new task, as columns and as parameters from $4 on. */
export const creation = {
  columns: created.join(', '),
  parameters: created.map((name, index) => `$${index + 4}::${fields[name].type}`).join(', '),
  valuesOf: (task: Task): unknown[] => created.map((name) => task[name] ?? null),
}

interface Change {
  name: keyof TaskChanges
  /** Whether the parameter before its own tells if it is given. */
  isTold: boolean
  /** The number of its own, which has the value. */
  parameter: number
  /** What the column will be. */
  after: string
  /** Whether that is another value. */
  differs: string
}

const changed = namesOf(schemasOf('change'))
const isNullable = (name: keyof TaskChanges) => takesNull(fields[name].change)

/**
 * How the parameters from $4 on change a task `t`. Null leaves a field as it is; a field that can be set to null has a
 * parameter before its own that tells whether it is given.
 */
const changes = changed.map((name, index) => {
  const pairs = changed.slice(0, index).filter(isNullable).length
  return isNullable(name) ? nullableChange(name, 4 + index + pairs) : plainChange(name, 4 + index + pairs)
})

function plainChange(name: keyof TaskChanges, parameter: number): Change {
  const after = `coalesce($${parameter}, t.${name})`
  return { name, isTold: false, parameter, after, differs: `t.${name} is distinct from ${after}` }
}

function nullableChange(name: keyof TaskChanges, given: number): Change {
  const parameter = given + 1
  return {
    ...{ name, isTold: true, parameter },
    after: `case when $${given} then $${parameter} else t.${name} end`,
    differs: `($${given} and t.${name} is distinct from $${parameter})`,
  }
}

function takesNull(schema: TSchema): boolean {
  return 'type' in schema && Array.isArray(schema.type) && schema.type.includes('null')
}

export const change = {
  assignments: changes.map(({ name, after }) => `${name} = ${after}`).join(',\n          '),
  isAny: `(\n      ${changes.map(({ differs }) => differs).join('\n      or ')})`,
  parameterOf: (name: keyof TaskChanges) => `$${changes.find((each) => each.name === name)?.parameter}`,
  /** Behind those of all fields. */
  nextParameter: `$${(changes.at(-1)?.parameter ?? 0) + 1}`,
  valuesOf: (sent: TaskChanges): unknown[] =>
    changes.flatMap(({ name, isTold }) => {
      const value = sent[name] ?? null
      return isTold ? [name in sent, value] : [value]
    }),
}
