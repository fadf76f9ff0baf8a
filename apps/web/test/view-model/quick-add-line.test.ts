import { expect, test } from 'vitest'
import { localeOf } from '../../src/model/locale.ts'
import { QuickAddLine } from '../../src/view-model/tasks/quick-add.ts'

/** A line whose reading is as late as the test has it. */
function lineReadLate() {
  const waiting: (() => void)[] = []
  const line = new QuickAddLine({
    context: () => ({
      now: Date.parse('2027-05-10T10:00:00Z'),
      zone: 'UTC',
      locale: localeOf('en-GB'),
      knownTags: [],
    }),
    given: () => ({}),
    loadDates: () => new Promise(() => {}),
    afterPaint: (run) => waiting.push(run),
  })
  const readLate = () => {
    for (const run of waiting.splice(0)) run()
  }
  return { line, readLate }
}

test('a task is made of all that was typed, also where none of it was read before Enter', () => {
  const { line, readLate } = lineReadLate()
  line.type('Pay rent 2027-05-11 #home p1')
  expect(line.read.value.spans).toEqual([])
  expect(line.task).toEqual({ title: 'Pay rent', due: '2027-05-11', priority: 1, tags: ['home'] })
  line.clear()
  line.type('Call mum')
  readLate()
  expect(line.text.value).toBe('Call mum')
  expect(line.task).toEqual({ title: 'Call mum' })
})

test('what is read late changes no letter of what was typed meanwhile', () => {
  const { line, readLate } = lineReadLate()
  line.type('Pay rent p1')
  readLate()
  const [priority] = line.read.value.spans
  if (priority === undefined) throw new Error('Nothing was understood')
  line.type('Pay rent p1 and #home')
  line.dismiss(priority)
  line.type('Pay rent p1 and the #home')
  readLate()
  expect(line.text.value).toBe('Pay rent p1 and the #home')
  expect(line.task).toEqual({ title: 'Pay rent p1 and the', tags: ['home'] })
})

test('Backspace unmakes a chip that is seen; before that it takes a letter away', () => {
  const { line, readLate } = lineReadLate()
  line.type('Pay rent p1')
  expect(line.spanEndingAt(11)).toBeUndefined()
  readLate()
  expect(line.spanEndingAt(11)).toMatchObject({ kind: 'priority' })
  line.type('Pay rent soon p1')
  expect(line.spanEndingAt(16)).toBeUndefined()
  expect(line.spanEndingAt(11)).toBeUndefined()
})
