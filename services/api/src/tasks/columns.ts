import { IsOptional, type TSchema } from 'typebox'
import { type Field, type FieldName, fields, namesOf, schemasOf } from './fields.ts'
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
export type TaskRow = {
  [Name in FieldName]: Name extends OptionalName ? Exclude<Task[Name], undefined> | null : Task[Name]
}

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

type CreatedName = keyof NewTask
type ChangedName = keyof TaskChanges

/** Fields that not every task has; statements for tasks without them are shorter, and faster. */
const isOptional = (name: FieldName) => optional.includes(name)

const created = namesOf(schemasOf('create'))

/** What clients set of a new task, as columns and as parameters from $4 on. */
function creationOf(names: readonly CreatedName[]) {
  return {
    columns: names.join(', '),
    parameters: names.map((name, index) => `$${index + 4}::${fields[name].type}`).join(', '),
    valuesOf: (task: Task): unknown[] => names.map((name) => task[name] ?? null),
  }
}

/** Of a task that has what every task has, and of any. */
export const creation = {
  plain: creationOf(created.filter((name) => !isOptional(name))),
  planned: creationOf(created),
}

export const isPlanned = (sent: NewTask | TaskChanges) =>
  optional.some((name) => name in sent && sent[name as keyof typeof sent] !== undefined)

interface Change {
  name: FieldName
  /** What the column will be. */
  after: string
  /** Whether that is another value. */
  differs: string
  /** Whether a value that was sent has what it rests on. */
  holds: string | undefined
}

/** A parameter that has the value; one that can be null has a parameter before it that tells if it is given. */
interface Parameter {
  name: ChangedName
  given: string | undefined
  value: string
}

/** Parameters from $4 on. Null leaves a field as it is, unless it is told to be given. */
function parametersOf(names: readonly ChangedName[]): Parameter[] {
  let next = 4
  return names.map((name) => {
    const given = takesNull(fields[name].change) ? `$${next++}` : undefined
    return { name, given, value: `$${next++}::${fields[name].type}` }
  })
}

/** How the parameters change a task `t`, and what changes with that. */
function changeOf(names: readonly ChangedName[]) {
  const parameters = parametersOf(names)
  const changes = namesOf(fields).flatMap((name) => changeOfField(name, parameters) ?? [])
  return {
    assignments: changes.map(({ name, after }) => `${name} = ${after}`).join(',\n          '),
    isAny: `(\n      ${changes.map(({ differs }) => differs).join('\n      or ')})`,
    /** Whether what was sent has what it rests on. */
    holds: changes.flatMap(({ holds }) => holds ?? []).join('\n      and ') || 'true',
    parameterOf: (wanted: ChangedName) => parameters.find(({ name }) => name === wanted)?.value,
    after: (name: FieldName) => afterOf(name, parameters),
    /** The nth behind those of all fields. */
    parameterBehind: (nth: number) =>
      `$${3 + parameters.length + parameters.filter(({ given }) => given !== undefined).length + nth}`,
    valuesOf(sent: TaskChanges): unknown[] {
      const values: unknown[] = []
      for (const { name, given } of parameters) {
        if (given !== undefined) values.push(name in sent)
        values.push(toStored(name, sent[name] ?? null))
      }
      return values
    },
  }
}

function changeOfField(name: FieldName, parameters: readonly Parameter[]): Change | undefined {
  const after = afterOf(name, parameters)
  if (after === `t.${name}`) return undefined
  const sent = parameters.find((parameter) => parameter.name === name)
  const kept = keptOf(name, parameters)
  const changes = sent?.given === undefined ? after : sent.value
  return {
    ...{ name, after },
    differs:
      sent?.given === undefined || kept !== undefined
        ? `t.${name} is distinct from ${after}`
        : `(${sent.given} and t.${name} is distinct from ${changes})`,
    holds: kept === undefined || sent === undefined ? undefined : `(${sent.value} is null or ${kept})`,
  }
}

function afterOf(name: FieldName, parameters: readonly Parameter[]): string {
  const sent = parameters.find((parameter) => parameter.name === name)
  const own = sent === undefined ? `t.${name}` : valueAfter(sent)
  const kept = keptOf(name, parameters)
  return kept === undefined ? own : `case when ${kept} then ${own} end`
}

function valueAfter({ name, given, value }: Parameter): string {
  return given === undefined
    ? `coalesce(${value}, t.${name})`
    : `case when ${given} then ${value} else t.${name} end`
}

/** The condition on which a field keeps its value; undefined where nothing that it rests on changes. */
function keptOf(name: FieldName, parameters: readonly Parameter[]): string | undefined {
  const field: Field = fields[name]
  const [, place = '', base] = /^(.*)\{(\w+)\}/.exec(field.keptWhile ?? '') ?? []
  if (field.keptWhile === undefined || !isField(base)) return undefined
  const after = afterOf(base, parameters)
  const isSent = parameters.some((parameter) => parameter.name === name)
  if (after === `t.${base}` && !isSent) return undefined
  const rest = field.keptWhile.slice(place.length + base.length + 2)
  return `${place}${after.startsWith('case') ? `(${after})` : after}${rest}`
}

function isField(name: string | undefined): name is FieldName {
  return name !== undefined && name in fields
}

/** Times come in any form of RFC 3339. */
function toStored(name: ChangedName, value: unknown): unknown {
  if (fields[name].type !== 'timestamptz' || typeof value !== 'string') return value
  return new Date(value.toUpperCase()).toISOString()
}

function takesNull(schema: TSchema): boolean {
  return 'type' in schema && Array.isArray(schema.type) && schema.type.includes('null')
}

const changed = namesOf(schemasOf('change'))

/** Of what every task has, and of anything. */
export const change = {
  plain: changeOf(changed.filter((name) => !isOptional(name))),
  planned: changeOf(changed),
}
