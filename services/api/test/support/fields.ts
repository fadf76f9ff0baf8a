import { Type } from 'typebox'
import { taskOf } from '../../src/tasks/columns.ts'
import { schemasOf } from '../../src/tasks/fields.ts'
import type { NewTask, TaskChanges } from '../../src/tasks/schema.ts'

/** What a client may send: a value for each field that goes this way, from the examples of its schema. */
function examplesOf(way: 'create' | 'change'): Record<string, unknown> {
  const entries = Object.entries<object>(schemasOf(way)).map(([name, schema]) => {
    const [example] = 'examples' in schema && Array.isArray(schema.examples) ? schema.examples : []
    if (example === undefined) throw new Error(`${name} has no example: add one in tasks/fields.ts`)
    return [name, example]
  })
  return Object.fromEntries(entries)
}

export const exampleNew: NewTask = { title: '', ...examplesOf('create') }
export const exampleChanges: TaskChanges = examplesOf('change')
export const exampleTask = taskOf(
  exampleNew,
  '00000000-0000-7000-8000-000000000000',
  '2026-01-01T00:00:00.000Z',
)

/** What a field stands beside, since it is refused without. */
const restsOn: Record<string, (keyof NewTask | keyof TaskChanges)[]> = {
  time_zone: ['due'],
  recurrence: ['due'],
  recurs_from: ['due', 'recurrence'],
  completed_at: ['completed'],
}

/** The example of a field, and those that it rests on. */
export function exampleOf(name: string): Record<string, unknown> {
  const names = [...(restsOn[name] ?? []), name]
  const examples: Record<string, unknown> = { ...exampleNew, ...exampleChanges }
  return Object.fromEntries(names.map((each) => [each, examples[each]]))
}

/** The fields of a task that has nothing but what every task has, in the order of answers. */
export const plainFields = Object.entries<object>(schemasOf('told')).flatMap(([name, schema]) =>
  Type.IsOptional(schema) ? [] : [name],
)
