import { expect, test } from 'vitest'
import { Undo } from '../../src/view-model/tasks/undo.ts'

test('the time of a toast ends that one alone, and not the one that came in its place', () => {
  const undo = new Undo(async () => undefined)
  undo.say('Added')
  const added = undo.toast.value
  undo.say('Completed')
  const completed = undo.toast.value
  if (added === undefined || completed === undefined) throw new Error('There is no toast')
  undo.hide(added)
  expect(undo.toast.value).toBe(completed)
  undo.hide(completed)
  expect(undo.toast.value).toBeUndefined()
})
