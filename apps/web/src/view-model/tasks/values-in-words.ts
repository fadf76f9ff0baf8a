import type { Conflict, ReplicaOperation, ReplicaState } from '@tasklane/client/replica'
import type { DatesInWords } from '../../model/dates-in-words.ts'
import { parseRule } from '../../model/recurrence.ts'
import { inWords } from '../../model/recurrence-in-words.ts'
import { priorityLevel } from '../../model/task.ts'
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

/** The tasks that this device knows: a trouble may be of one that was deleted meanwhile. */
type Known = Pick<ReplicaState, 'tasks' | 'deleted'>

function titleOf(id: string, { tasks, deleted }: Known): string | undefined {
  return (tasks.get(id) ?? deleted.get(id))?.title
}

/** With the title of its task or, where the task is known no more, the one that was typed here. */
export function conflictInWords({ id, fields }: Conflict, known: Known): string {
  const typed = fields.find(({ field }) => field === 'title')?.mine
  const title = titleOf(id, known) ?? (typeof typed === 'string' ? typed : undefined)
  return title === undefined ? words.conflictOfUnknown : words.conflict(title)
}

/** What was typed into operations that were not done; of the others, the titles of their tasks. */
export function wordsIn(operations: readonly ReplicaOperation[], known: Known): readonly string[] {
  return operations.flatMap((operation) => {
    const { title, description } = typedIn(operation)
    const typed = [title, description].flatMap((text) => text || [])
    return typed.length > 0 ? typed : (titleOf(operation.id ?? '', known) ?? [])
  })
}

function typedIn(operation: ReplicaOperation): { title?: string; description?: string | null } {
  if (operation.op === 'create') return operation
  return operation.op === 'update' ? operation.changes : {}
}
