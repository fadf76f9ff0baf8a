import { expect, test } from 'vitest'
import { conflictInWords, wordsIn } from '../../src/view-model/tasks/values-in-words.ts'
import { task } from '../support/task.ts'

const { id } = task('Buy milk')
const live = { tasks: new Map([[id, task('Live', { id })]]), deleted: new Map() }
const deleted = { tasks: new Map(), deleted: new Map([[id, task('Deleted', { id })]]) }
const unknown = { tasks: new Map(), deleted: new Map() }

function conflictOf(field: string, mine: unknown) {
  return {
    id,
    action: { id: 'a', operations: [], ids: [id], inverse: [] },
    fields: [{ field, mine, theirs: null }],
  }
}

test('a conflict is named for its task, deleted or not, and else for the title that was typed', () => {
  const typed = conflictOf('title', 'Mine')
  expect(conflictInWords(typed, live)).toBe('“Live” was changed here and elsewhere')
  expect(conflictInWords(typed, deleted)).toBe('“Deleted” was changed here and elsewhere')
  expect(conflictInWords(typed, unknown)).toBe('“Mine” was changed here and elsewhere')
  expect(conflictInWords(conflictOf('priority', 1), unknown)).toMatch(/^A task that was deleted/)
})

test('a refusal without a word typed is told by the title of its task, deleted or not', () => {
  const operations = [{ op: 'update' as const, id, changes: { completed: true } }]
  expect([live, deleted, unknown].map((known) => wordsIn(operations, known))).toEqual([
    ['Live'],
    ['Deleted'],
    [],
  ])
})
