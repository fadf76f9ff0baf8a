import { casual } from 'chrono-node/en'
import { expect, test } from 'vitest'
import { localeOf } from '../../src/model/locale.ts'
import type { ParseDates } from '../../src/model/quick-add/chrono-dates.ts'
import type { NewTask } from '../../src/model/task.ts'
import { type Given, QuickAddLine, type QuickAddPorts } from '../../src/view-model/tasks/quick-add.ts'

/** A line whose reading is as late as the test has it. */
function lineReadLate() {
  const waiting: (() => void)[] = []
  const line = lineWith({ loadDates: async () => () => [], afterPaint: (run) => waiting.push(run) })
  const readLate = () => {
    for (const run of waiting.splice(0)) run()
  }
  return { line, readLate }
}

function lineWith(ports: Partial<QuickAddPorts>): QuickAddLine {
  return new QuickAddLine({
    context: () => ({
      now: Date.parse('2027-05-10T10:00:00Z'),
      zone: 'UTC',
      locale: localeOf('en-GB'),
      knownTags: [],
    }),
    given: () => ({}),
    loadDates: () => new Promise(() => {}),
    patience: () => new Promise(() => {}),
    afterPaint: (run) => run(),
    ...ports,
  })
}

function entered(line: QuickAddLine): NewTask[] {
  const tasks: NewTask[] = []
  line.enter(async (task) => void tasks.push(task))
  return tasks
}

const whatReadsDates: ParseDates = (...args) => casual.parse(...args)

test('a task is made of all that was typed, also where none of it was read before Enter', async () => {
  const { line, readLate } = lineReadLate()
  await line.prepare()
  line.type('Pay rent 2027-05-11 #home p1')
  expect(line.read.value.spans).toEqual([])
  expect(entered(line)).toEqual([{ title: 'Pay rent', due: '2027-05-11', priority: 1, tags: ['home'] }])
  expect(line.text.value).toBe('')
  line.type('Call mum')
  readLate()
  expect(line.text.value).toBe('Call mum')
  expect(entered(line)).toEqual([{ title: 'Call mum' }])
})

test('what is read late changes no letter of what was typed meanwhile', async () => {
  const { line, readLate } = lineReadLate()
  await line.prepare()
  line.type('Pay rent p1')
  readLate()
  const [priority] = line.read.value.spans
  if (priority === undefined) throw new Error('Nothing was understood')
  line.type('Pay rent p1 and #home')
  line.dismiss(priority)
  line.type('Pay rent p1 and the #home')
  readLate()
  expect(line.text.value).toBe('Pay rent p1 and the #home')
  expect(entered(line)).toEqual([{ title: 'Pay rent p1 and the', tags: ['home'] }])
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

test('lines that are entered before anything reads dates wait for it, in their order, each as it stood', async () => {
  let arrive: (reader: ParseDates) => void = () => {}
  let view: Given = { due: '2027-05-10' }
  const line = lineWith({
    given: () => view,
    loadDates: () =>
      new Promise((resolve) => {
        arrive = resolve
      }),
  })
  const made: NewTask[] = []
  const enter = (text: string) => {
    line.type(text)
    line.enter(async (task) => void made.push(task))
  }
  enter('Dentist 2027-05-12 9am')
  enter('Call mum')
  view = {}
  enter('Feed the cat p1')
  expect([line.text.value, line.held.value, made]).toEqual(['', 3, []])
  arrive(whatReadsDates)
  await expect.poll(() => line.held.value).toBe(0)
  expect(made).toEqual([
    { title: 'Dentist', due: '2027-05-12T09:00' },
    { title: 'Call mum', due: '2027-05-10' },
    { title: 'Feed the cat', priority: 1 },
  ])
})

test('a line that waited counts as held until its task is made', async () => {
  const line = lineWith({ loadDates: async () => whatReadsDates })
  let make = () => {}
  let isAsked = false
  line.type('Call mum')
  line.enter(() => {
    isAsked = true
    return new Promise((resolve) => {
      make = resolve
    })
  })
  await expect.poll(() => isAsked).toBe(true)
  await Promise.resolve()
  expect(line.held.value).toBe(1)
  make()
  await expect.poll(() => line.held.value).toBe(0)
})

test.each([
  ['cannot be loaded', { loadDates: () => Promise.reject(new Error('No network')) }],
  ['is longer on its way than anybody waits', { patience: () => Promise.resolve() }],
])('where what reads dates %s, they stay words, and nothing that was entered is lost', async (_, ports) => {
  const line = lineWith(ports)
  line.type('Dentist 9am p1')
  const made = entered(line)
  await expect.poll(() => made).toEqual([{ title: 'Dentist 9am', priority: 1 }])
  expect(line.held.value).toBe(0)
})
