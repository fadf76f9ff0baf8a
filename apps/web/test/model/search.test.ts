import { expect, test } from 'vitest'
import { Search } from '../../src/model/search.ts'
import { task, titles } from '../support/task.ts'

const tasks = [
  task('Buy ＭＩＬＫ', { completed: true }),
  task('Milk the cow', { description: 'before Buying' }),
  task('Bread', { tags: ['milk'] }),
  task('Café du coin'),
  task('Invoice 42'),
  task('Invoice 24', { completed: true }),
]

test('a search finds every word, whatever its case and form, open tasks first', () => {
  const search = new Search()
  expect(titles(search.find(tasks, 'milk'))).toEqual(['Milk the cow', 'Bread', 'Buy ＭＩＬＫ'])
  expect(titles(search.find(tasks, 'buy milk'))).toEqual(['Milk the cow', 'Buy ＭＩＬＫ'])
  expect(titles(search.find(tasks, 'cafe\u0301'))).toEqual(['Café du coin'])
  expect(search.find(tasks, '  ')).toEqual([])
})

test('letter by letter, forth and back and anew, a search finds the same as one that begins with the whole query', () => {
  const typed = [
    'i',
    'in',
    'inv 2',
    'inv 24',
    'inv 2',
    'inv',
    ' inv',
    '',
    'm',
    'mi',
    'b',
    'b m',
    'cafe',
    'cafe\u0301',
  ]
  const search = new Search()
  for (const query of [...typed, ...typed.toReversed()])
    expect(titles(search.find(tasks, query)), query).toEqual(titles(new Search().find(tasks, query)))
})

test('a search is of the tasks as they are now, not as they were at the last letter', () => {
  const search = new Search()
  expect(titles(search.find(tasks, 'bre'))).toEqual(['Bread'])
  const changed = tasks.map((one) => (one.title === 'Bread' ? { ...one, title: 'Brioche' } : one))
  expect(titles(search.find(changed, 'brea'))).toEqual([])
  expect(titles(search.find(changed, 'brio'))).toEqual(['Brioche'])
})

test('the text of a task is read once, ahead of the first letter, however much is typed', async () => {
  let reads = 0
  const some = Array.from({ length: 2500 }, (_, index) => {
    const one = task('')
    const title = () => {
      reads += 1
      return `Task ${index}`
    }
    return Object.defineProperty(one, 'title', { get: title })
  })
  const search = new Search()
  let pauses = 0
  await search.prepare(
    () => some,
    async () => {
      pauses += 1
    },
  )
  expect([reads, pauses]).toEqual([2500, 3])
  for (const query of ['t', 'ta', 'task 2', 'task 24', 'task 2', '99']) search.find(some, query)
  expect(search.find(some, 'task 249').length).toBe(13)
  expect(reads).toBe(2500)
})
