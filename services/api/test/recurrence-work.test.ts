import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LAST_DAY, textOf } from '../src/recurrence/calendar.ts'
import { looksSoFar } from '../src/recurrence/occurrences.ts'
import { nextOccurrence } from '../src/recurrence/recurrence.ts'
import { parseRecurrence } from '../src/recurrence/rule.ts'

/*
 * What a rule costs is counted, so that a busy machine changes nothing: a look is at a period, a month or a day.
 */

/** So many take some 2 ms once the code is compiled, of the 5 ms that a rule may cost (decision 36). */
const MOST_LOOKS = 120_000

/** Of the reading of a rule, which finds out whether any calendar can meet it, and of the search for the next due. */
function looksFor(
  recurrence: string,
  due: string,
  completedOn: string,
  isFromCompletion: boolean,
): [number, number] {
  const start = looksSoFar()
  const isTaken = !('refusal' in parseRecurrence(recurrence))
  const read = looksSoFar()
  if (!isTaken) return [read - start, 0]
  const recurs_from = isFromCompletion ? ('completed' as const) : null
  nextOccurrence({ due, time_zone: null, recurrence, recurs_from }, completedOn)
  // It reads the rule again.
  return [read - start, looksSoFar() - read - (read - start)]
}

const many = (entry: string, count: number) => Array.from({ length: count }, () => entry).join()
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']

/** Rules that look as long as they can for what never comes, or comes once in centuries. */
const hostile: [string, string][] = [
  ['FREQ=DAILY;INTERVAL=2;BYDAY=MO;BYMONTHDAY=29;BYMONTH=2', '1970-01-01'],
  ['FREQ=DAILY;INTERVAL=7;BYDAY=MO', '1970-01-01'],
  ['FREQ=DAILY;INTERVAL=14;BYDAY=MO,TU', '1970-01-01'],
  ['FREQ=DAILY;INTERVAL=20871;BYDAY=MO', '1970-01-01'],
  ['FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU', '1970-01-01'],
  ['FREQ=DAILY;BYMONTHDAY=31;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12', '1970-01-01'],
  ['FREQ=WEEKLY;INTERVAL=2;BYMONTH=2;BYDAY=MO', '1970-01-01'],
  ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=7;BYMONTH=2', '1970-01-01'],
  ['FREQ=MONTHLY;INTERVAL=12;BYMONTH=3', '1970-01-01'],
  ['FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=29;BYMONTH=2', '1970-01-01'],
  ['FREQ=MONTHLY;INTERVAL=7;BYDAY=5MO,-5MO;BYMONTHDAY=29,-1;BYMONTH=2;BYSETPOS=1', '1970-01-01'],
  ['FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29', '1971-01-01'],
  ['FREQ=YEARLY;INTERVAL=2;BYDAY=53MO,53TU;BYSETPOS=2', '1971-01-01'],
  ['FREQ=YEARLY;INTERVAL=4;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=366', '1971-01-01'],
  ['FREQ=YEARLY;INTERVAL=4;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-366', '1971-01-01'],
  [`FREQ=YEARLY;INTERVAL=4;BYSETPOS=366;BYDAY=${many('53MO', 60)},MO,TU,WE,TH,FR,SA,SU`, '1971-01-01'],
  [
    `FREQ=YEARLY;BYSETPOS=${many('366', 40)};BYDAY=${weekdays.map((day) => `${day},53${day},-53${day}`).join()}`,
    '1971-01-01',
  ],
  ['FREQ=DAILY;INTERVAL=999999999', '1970-01-01'],
]

test.each(hostile)('the rule %s from %s is at its end within so many looks', (recurrence, due) => {
  for (const isFromCompletion of [false, true]) {
    for (const day of [due, '2026-11-27', '9999-12-31']) {
      const looks = looksFor(recurrence, due, day, isFromCompletion)
      expect(Math.max(...looks)).toBeLessThan(MOST_LOOKS)
    }
  }
})

const several = (entry: fc.Arbitrary<string>, most: number) =>
  fc.array(entry, { minLength: 1, maxLength: most }).map((entries) => entries.join())
const signed = (most: number) =>
  fc
    .tuple(fc.constantFrom('', '-'), fc.integer({ min: 1, max: most }))
    .map(([sign, size]) => `${sign}${size}`)

/** Of every part, as often as not; what does not go together is refused, which costs looks too. */
const rule = fc
  .record(
    {
      FREQ: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
      INTERVAL: fc
        .oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 999_999_999 }))
        .map(String),
      BYMONTH: several(fc.integer({ min: 1, max: 12 }).map(String), 3),
      BYMONTHDAY: several(signed(31), 3),
      BYDAY: several(
        fc
          .tuple(fc.oneof(fc.constant(''), signed(53)), fc.constantFrom(...weekdays))
          .map((parts) => parts.join('')),
        8,
      ),
      BYSETPOS: several(signed(366), 3),
      WKST: fc.constantFrom(...weekdays),
    },
    { requiredKeys: ['FREQ'] },
  )
  .map((parts) =>
    Object.entries(parts)
      .map(([name, value]) => `${name}=${value}`)
      .join(';'),
  )
const day = fc.integer({ min: 0, max: LAST_DAY }).map(textOf)

test('every rule of every part, from any day and completed on any other, is at its end within so many looks', () => {
  fc.assert(
    fc.property(rule, day, day, fc.boolean(), (recurrence, due, completedOn, isFromCompletion) => {
      const looks = looksFor(recurrence, due, completedOn, isFromCompletion)
      expect(Math.max(...looks)).toBeLessThan(MOST_LOOKS)
    }),
    { numRuns: 5_000 },
  )
})
