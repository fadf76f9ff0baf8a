import { expect, test } from 'vitest'
import { datesInWords } from '../../src/model/dates-in-words.ts'
import { fitting, tasksOfLines } from '../../src/model/lines.ts'
import type { Task } from '../../src/model/task.ts'
import {
  byHand,
  completedOf,
  countsOf,
  inOrder,
  taggedWith,
  todayOf,
  upcomingOf,
} from '../../src/model/views.ts'
import { instantOf, nextMidnight, todayIn, wallClock } from '../../src/model/zone.ts'
import { task, titles } from '../support/task.ts'

const READER = { today: '2026-11-27', zone: 'UTC' }

test('Today has what is overdue first, as it was due, then the day itself by hand', () => {
  const tasks = [
    task('now', { due: '2026-11-27' }),
    task('late', { due: '2026-11-20' }),
    task('later', { due: '2026-11-28' }),
    task('timed', { due: '2026-11-27T23:59' }),
    task('latest', { due: '2026-01-01' }),
    task('done', { due: '2026-11-27', completed: true }),
    task('undated'),
  ]
  expect(todayOf(tasks, READER).map(({ heading, tasks: some }) => [heading, titles(some)])).toEqual([
    ['overdue', ['latest', 'late']],
    ['2026-11-27', ['now', 'timed']],
  ])
  expect(upcomingOf(tasks, READER).map(({ heading, tasks: some }) => [heading, titles(some)])).toEqual([
    ['2026-11-28', ['later']],
  ])
  expect(countsOf(tasks, READER)).toMatchObject({ all: 6, today: 4, upcoming: 1 })
})

test('a time with a zone is due on the day that the reader’s clock shows', () => {
  const tokyo = task('call', { due: '2026-11-28T08:00', time_zone: 'Asia/Tokyo' })
  expect(titles(todayOf([tokyo], { today: '2026-11-27', zone: 'America/Bogota' })[0]?.tasks ?? [])).toEqual([
    'call',
  ])
  expect(upcomingOf([tokyo], { today: '2026-11-27', zone: 'Asia/Tokyo' })[0]?.heading).toBe('2026-11-28')
})

for (const zone of [
  'Pacific/Apia',
  'America/Bogota',
  'Asia/Kathmandu',
  'UTC',
  'Europe/Berlin',
  'America/New_York',
]) {
  test(`in ${zone} a day stays the same ten characters at 23:59 and 00:01, also when the clock changes`, () => {
    for (const day of ['2026-11-27', '2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01']) {
      const before = instantOf(`${day}T23:59`, zone)
      expect(todayIn(zone, before)).toBe(day)
      const after = before + 2 * 60_000
      expect(wallClock(after, zone).slice(11)).toBe('00:01')
      expect(Math.abs(nextMidnight(before, zone) - (before + 60_000))).toBeLessThan(1000)
      const due = task('due', { due: day })
      expect(countsOf([due], { today: todayIn(zone, before), zone }).today).toBe(1)
      expect(todayOf([due], { today: todayIn(zone, after), zone })[0]?.heading).toBe('overdue')
    }
  })
}

test('tasks are ordered by hand, due, priority or age; what has none comes last', () => {
  const a = task('a', { due: '2026-12-02', priority: 9 })
  const b = task('b', { priority: 1 })
  const c = task('c', { due: '2026-12-01' })
  const { order: hand } = byHand(new Map([a, b, c].map((one) => [one.id, one])))
  expect(titles(hand)).toEqual(['c', 'b', 'a'])
  expect(titles(inOrder(hand, 'due', READER))).toEqual(['c', 'a', 'b'])
  expect(titles(inOrder(hand, 'priority', READER))).toEqual(['b', 'a', 'c'])
  expect(titles(inOrder(hand, 'age', READER))).toEqual(['a', 'b', 'c'])
})

test('the order by hand after a change is the same as from the start', () => {
  const all = Array.from({ length: 50 }, (_, index) => task(`t${index}`))
  const before = byHand(new Map(all.map((one) => [one.id, one])))
  const moved = { ...all[10], position: '2026-11-01T00:00:20.500Z' } as Task
  const changed = new Map([...all.slice(5), moved, task('new')].map((one) => [one.id, one]))
  expect(titles(byHand(changed, before).order)).toEqual(titles(byHand(changed).order))
})

test('the order by hand stays the same object where no task has changed, so that nothing is worked out anew', () => {
  const all = Array.from({ length: 5 }, (_, index) => task(`t${index}`))
  const mapOf = (tasks: readonly Task[]) => new Map(tasks.map((one) => [one.id, one]))
  const before = byHand(mapOf(all))
  expect(byHand(mapOf(all), before).order).toBe(before.order)
  expect(titles(byHand(mapOf(all.slice(1)), before).order)).toEqual(['t4', 't3', 't2', 't1'])
})

test('tags and completed tasks have views of their own, the last one done first', () => {
  const tasks = [
    task('one', { tags: ['home'] }),
    task('two', { completed: true, completed_at: '2026-11-02T00:00:00.000Z' }),
    task('three', { completed: true, completed_at: '2026-11-03T00:00:00.000Z', tags: ['home'] }),
  ]
  expect(titles(taggedWith(tasks, 'home'))).toEqual(['one'])
  expect(titles(completedOf(tasks))).toEqual(['three', 'two'])
  expect(countsOf(tasks, READER).tags).toEqual([{ tag: 'home', count: 1 }])
})

test('dates are told in the reader’s language', () => {
  const words = (language: string) => datesInWords(language, '2026-11-27')
  expect(words('en-GB').day('2026-11-28')).toBe('tomorrow')
  expect(words('de').day('2026-11-28')).toBe('morgen')
  expect(words('fr').day('2026-12-01')).toBe('mardi')
  expect(words('en-GB').due('2026-12-24T09:00')).toBe('24 Dec, 9:00')
  expect(words('en-GB').day('2027-12-24')).toBe('24 Dec 2027')
  expect(words('de').heading('2026-12-24')).toBe('Donnerstag, 24. Dezember')
})

test('pasted lines become tasks in their order, without the marks of a list', () => {
  const lines = '- Milk tomorrow\r\n* [ ] Bread #x\n\n3. Eggs\n[x] Butter\n3 lemons'
  expect(titles(tasksOfLines(lines) as Task[])).toEqual([
    'Milk tomorrow',
    'Bread #x',
    'Eggs',
    'Butter',
    '3 lemons',
  ])
})

test('a title that is too long stands in full in the description', () => {
  const long = `${'word '.repeat(50)}end`
  const { title, description } = fitting(long)
  expect([...title].length).toBeLessThanOrEqual(200)
  expect(title.endsWith('word…')).toBe(true)
  expect(description).toBe(long)
  expect(fitting('😀'.repeat(200))).toEqual({ title: '😀'.repeat(200) })
})
