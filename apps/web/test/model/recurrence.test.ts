import { expect, test } from 'vitest'
import { findRecurrence } from '../../src/model/find-recurrence.ts'
import { firstOccurrence, nextOccurrence } from '../../src/model/occurrence.ts'
import { parseRule, ruleText } from '../../src/model/recurrence.ts'
import { inWords } from '../../src/model/recurrence-in-words.ts'

/** Words as typed, the rule, and the words in which the rule is told. */
const BOTH_WAYS: readonly [string, string, string?][] = [
  ['every day', 'FREQ=DAILY'],
  ['every 3 days', 'FREQ=DAILY;INTERVAL=3'],
  ['every other day', 'FREQ=DAILY;INTERVAL=2', 'every 2 days'],
  ['every two weeks', 'FREQ=WEEKLY;INTERVAL=2', 'every 2 weeks'],
  ['every week', 'FREQ=WEEKLY'],
  ['every month', 'FREQ=MONTHLY'],
  ['every year', 'FREQ=YEARLY'],
  ['every quarter', 'FREQ=MONTHLY;INTERVAL=3', 'every 3 months'],
  ['every weekday', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
  ['every weekend', 'FREQ=WEEKLY;BYDAY=SA,SU', 'every Saturday and Sunday'],
  ['every friday', 'FREQ=WEEKLY;BYDAY=FR', 'every Friday'],
  ['Every Fridays', 'FREQ=WEEKLY;BYDAY=FR', 'every Friday'],
  ['every mon, wed and fri', 'FREQ=WEEKLY;BYDAY=MO,WE,FR', 'every Monday, Wednesday, and Friday'],
  ['every other tuesday', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU', 'every 2 weeks on Tuesday'],
  [
    'every 2 weeks on mon & thu',
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH',
    'every 2 weeks on Monday and Thursday',
  ],
  ['every 15th', 'FREQ=MONTHLY;BYMONTHDAY=15', 'every month on the 15th'],
  ['every 1st and 15th', 'FREQ=MONTHLY;BYMONTHDAY=1,15', 'every month on the 1st and 15th'],
  ['every last day of the month', 'FREQ=MONTHLY;BYMONTHDAY=-1', 'every month on the last day'],
  ['every 3 months on the 31st', 'FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31'],
  ['every second tuesday', 'FREQ=MONTHLY;BYDAY=2TU', 'every month on the second Tuesday'],
  ['every last friday of the month', 'FREQ=MONTHLY;BYDAY=-1FR', 'every month on the last Friday'],
  ['every 5 may', 'FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=5', 'every year on the 5th of May'],
  ['every May 5th', 'FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=5', 'every year on the 5th of May'],
  [
    'every fourth thursday of november',
    'FREQ=YEARLY;BYMONTH=11;BYDAY=4TH',
    'every year on the fourth Thursday of November',
  ],
  ['every 29 feb', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', 'every year on the 29th of February'],
  ['every day for 5 times', 'FREQ=DAILY;COUNT=5', 'every day, 5 times'],
  ['every week until 2026-12-31', 'FREQ=WEEKLY;UNTIL=20261231', 'every week, until 2026-12-31'],
]

for (const [words, rule, told = words] of BOTH_WAYS) {
  test(`"${words}" is ${rule}, and is told as "${told}"`, () => {
    const found = findRecurrence(words)
    expect(found && ruleText(found.rule)).toBe(rule)
    expect(found && words.slice(found.start, found.end)).toBe(words)
    const read = parseRule(rule)
    expect(read && inWords(read)).toBe(told)
    const again = findRecurrence(told)
    expect(again && ruleText(again.rule)).toBe(rule)
  })
}

for (const text of [
  'every',
  'everyday carry',
  'every one of them',
  'every 30 feb',
  'every 0 days',
  'every 45th',
  '#every day',
  'every 2 hours',
]) {
  test(`"${text}" holds no repetition`, () => {
    expect(findRecurrence(text)).toBeUndefined()
  })
}

test('"every!" counts from the completion, "every" from the due date', () => {
  expect(findRecurrence('Water plants every! 3 days')).toMatchObject({ from: 'completed', start: 13 })
  expect(findRecurrence('Water plants every 3 days')).toMatchObject({ from: 'due', start: 13 })
})

test('a rule without plain words is not told in wrong ones', () => {
  for (const text of [
    'FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1',
    'FREQ=DAILY;BYMONTH=1',
    'FREQ=MONTHLY;BYMONTHDAY=-2',
  ]) {
    const rule = parseRule(text)
    expect(rule && inWords(rule)).toBeUndefined()
  }
})

/** Rule, due, not before, next. */
const NEXT: readonly [string, string, string, string | undefined][] = [
  ['FREQ=DAILY;INTERVAL=3', '2026-11-25', '2026-11-25', '2026-11-28'],
  ['FREQ=DAILY;INTERVAL=3', '2026-11-20', '2026-11-25', '2026-11-26'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH', '2026-11-23', '2026-11-23', '2026-11-26'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH', '2026-11-26', '2026-11-26', '2026-12-07'],
  ['FREQ=MONTHLY', '2027-01-31', '2027-01-31', '2027-03-31'],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', '2027-01-31', '2027-01-31', '2027-02-28'],
  ['FREQ=MONTHLY;BYDAY=-1FR', '2026-11-27', '2026-11-27', '2026-12-25'],
  ['FREQ=YEARLY', '2028-02-29', '2028-02-29', '2032-02-29'],
  ['FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=5', '2026-05-05', '2026-11-25', '2027-05-05'],
  ['FREQ=WEEKLY;UNTIL=20261201', '2026-11-25', '2026-11-25', undefined],
  ['FREQ=DAILY;COUNT=1', '2026-11-25', '2026-11-25', undefined],
]

for (const [rule, due, notBefore, next] of NEXT) {
  test(`after ${due}, seen on ${notBefore}, ${rule} comes ${next ?? 'no more'}`, () => {
    const read = parseRule(rule)
    expect(read && nextOccurrence(read, due, notBefore)).toBe(next)
  })
}

test('a rule that names days begins on the first of them; one that names none begins today', () => {
  const first = (rule: string) => {
    const read = parseRule(rule)
    return read && firstOccurrence(read, '2026-11-25')
  }
  expect(first('FREQ=WEEKLY;BYDAY=FR')).toBe('2026-11-27')
  expect(first('FREQ=MONTHLY;BYMONTHDAY=15')).toBe('2026-12-15')
  expect(first('FREQ=MONTHLY')).toBe('2026-11-25')
  expect(first('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29')).toBe('2028-02-29')
})
