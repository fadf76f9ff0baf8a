import fc from 'fast-check'
import { RRuleTemporal } from 'rrule-temporal'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { textOf } from '../src/recurrence/calendar.ts'
import { nextDay } from '../src/recurrence/occurrences.ts'
import { parseRecurrence } from '../src/recurrence/rule.ts'
import { dateIn, instantIn } from '../src/recurrence/zone.ts'

/*
 * What we evaluate ourselves (decision 24 says why) is what rrule-temporal and Temporal say, wherever they have an
 * answer in time and a right one.
 */

const TIMEOUT_MILLISECONDS = 300_000
const DAY_MILLISECONDS = 86_400_000

const few = <T>(value: fc.Arbitrary<T>, most = 3) => fc.uniqueArray(value, { maxLength: most })
const signed = (most: number) => fc.integer({ min: -most, max: most }).filter((number) => number !== 0)
const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')
const numbered = fc.tuple(signed(5), weekday).map(([nth, day]) => `${nth}${day}`)

const rule = fc
  .record({
    FREQ: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
    INTERVAL: fc.constantFrom(1, 1, 2, 3, 5, 12),
    BYMONTH: few(fc.integer({ min: 1, max: 12 })),
    BYMONTHDAY: few(signed(31)),
    BYDAY: fc.oneof(few(weekday, 7), few(numbered)),
    BYSETPOS: few(signed(4), 2),
    WKST: weekday,
  })
  .map((parts) =>
    Object.entries(parts)
      .filter(([, value]) => !Array.isArray(value) || value.length > 0)
      .map(([name, value]) => `${name}=${value}`)
      .join(';'),
  )
  // There the library leaves other parts of the rule out, or walks through the years for seconds.
  .filter((text) => !/FREQ=YEARLY.*BYDAY/.test(text) || !/BYDAY=-?\d|BYSETPOS/.test(text))

test(
  'the next day of a rule is the one that rrule-temporal gives',
  () => {
    let compared = 0
    const property = fc.property(rule, fc.nat(40_000), fc.nat(1_500), (text, start, gap) => {
      const parsed = parseRecurrence(text)
      fc.pre(!('refusal' in parsed))
      const theirs = theirNextDay(text, start, Math.max(start + 1, start + gap))
      fc.pre(theirs !== 'too much work')
      compared += 1
      const ours = 'refusal' in parsed ? undefined : nextDay(parsed, start, start + gap)
      expect(ours === undefined ? 'none' : textOf(ours)).toBe(theirs)
    })
    fc.assert(property, { numRuns: 1_000, maxSkipsPerRun: 100 })
    expect(compared).toBe(1_000)
  },
  TIMEOUT_MILLISECONDS,
)

function theirNextDay(text: string, start: number, from: number): string {
  const dtstart = `DTSTART;TZID=UTC:${textOf(start).replaceAll('-', '')}T000000`
  try {
    const library = new RRuleTemporal({ rruleString: `${dtstart}\nRRULE:${text}`, maxIterations: 300 })
    const next = library.next(new Date(from * DAY_MILLISECONDS), true)
    return next === null ? 'none' : next.toString().slice(0, 10)
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('Maximum')) return 'too much work'
    throw error
  }
}

const zone = fc.constantFrom(
  ...[
    'Europe/Berlin',
    'America/New_York',
    'America/Sao_Paulo',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'UTC',
  ],
  ...['Africa/Casablanca', 'Antarctica/Troll', 'Pacific/Kiritimati', 'America/St_Johns', 'Europe/Dublin'],
)
/** Of the years for which zones are known alike by all; many of them around a change of the clock. */
const minute = fc
  .integer({ min: Date.UTC(1990, 0), max: Date.UTC(2037, 0) })
  .map((time) => new Date(time).toISOString().slice(0, 16))
const change = fc
  .tuple(
    fc.constantFrom('2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01', '2026-04-05', '2026-10-04'),
    fc.nat(240),
  )
  .map(([day, minutes]) =>
    new Date(Date.parse(`${day}T00:00Z`) + minutes * 60_000).toISOString().slice(0, 16),
  )

test('the time on a wall clock is the instant that Temporal says, skipped and repeated ones too', () => {
  fc.assert(
    fc.property(zone, fc.oneof(minute, change), (timeZone, time) => {
      const theirs = Temporal.PlainDateTime.from(time).toZonedDateTime(timeZone)
      expect(instantIn(timeZone, time)).toBe(theirs.epochMilliseconds)
    }),
    { numRuns: 500 },
  )
})

test('the date in a zone is the one that Temporal says', () => {
  fc.assert(
    fc.property(zone, fc.integer({ min: 0, max: Date.UTC(9999, 0) }), (timeZone, instant) => {
      const theirs = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone)
      expect(dateIn(timeZone, instant)).toBe(theirs.toPlainDate().toString())
    }),
    { numRuns: 500 },
  )
})
