import type { ReplicaOperation } from '@tasklane/client/replica'
import type { DatesInWords } from '../../model/dates-in-words.ts'
import { parseRule } from '../../model/recurrence.ts'
import { inWords } from '../../model/recurrence-in-words.ts'
import { priorityLevel, type Task } from '../../model/task.ts'
import { texts } from '../../texts/texts.ts'

const { tasks: words } = texts

/** A field's value as a person reads it. */
export function valueInWords(field: string, value: unknown, dates: DatesInWords): string {
  if (typeof value === 'boolean') return value ? words.done : words.open
  if (value === null || value === undefined || value === '') return words.none
  if (Array.isArray(value)) return value.length === 0 ? words.none : value.map((tag) => `#${tag}`).join(' ')
  if (field === 'due') return dates.due(String(value))
  if (field === 'recurrence') return ruleInWords(String(value), dates)
  const level = field === 'priority' ? priorityLevel(Number(value)) : undefined
  return level === undefined ? String(value) : words.levels[level]
}

function ruleInWords(text: string, dates: DatesInWords): string {
  const rule = parseRule(text)
  return (rule && inWords(rule, dates.day)) ?? text
}

/** What was typed into operations that were not done; of the others, the titles of their tasks. */
export function wordsIn(
  operations: readonly ReplicaOperation[],
  tasks: ReadonlyMap<string, Task>,
): readonly string[] {
  return operations.flatMap((operation) => {
    const { title, description } = typedIn(operation)
    const typed = [title, description].flatMap((text) => text || [])
    return typed.length > 0 ? typed : (tasks.get(operation.id ?? '')?.title ?? [])
  })
}

function typedIn(operation: ReplicaOperation): { title?: string; description?: string | null } {
  if (operation.op === 'create') return operation
  return operation.op === 'update' ? operation.changes : {}
}
