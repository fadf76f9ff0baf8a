import { expect, test } from 'vitest'
import { dayOfCompletion, nextOccurrence } from '../src/recurrence/recurrence.ts'
import { parseRecurrence } from '../src/recurrence/rule.ts'

interface Told {
  due: string
  on?: string
  zone?: string
  from?: 'completed'
}

/** Rule, what is completed and when (on its due, if nothing is said), and the next due; `none` is an end. */
const occurrences: [string, Told, string][] = [
  // Each frequency, and its interval.
  ['FREQ=DAILY', { due: '2026-12-31' }, '2027-01-01'],
  ['FREQ=DAILY;INTERVAL=10', { due: '2026-02-25' }, '2026-03-07'],
  ['FREQ=WEEKLY', { due: '2026-11-27' }, '2026-12-04'],
  ['FREQ=WEEKLY;INTERVAL=2', { due: '2026-12-25T08:30' }, '2027-01-08T08:30'],
  ['FREQ=MONTHLY', { due: '2026-11-30' }, '2026-12-30'],
  ['FREQ=MONTHLY;INTERVAL=3', { due: '2026-11-15' }, '2027-02-15'],
  ['FREQ=YEARLY', { due: '2026-07-04' }, '2027-07-04'],
  ['FREQ=YEARLY;INTERVAL=100', { due: '2026-07-04' }, '2126-07-04'],
  // Ends of months: a day that a month lacks is skipped, and does not drift.
  ['FREQ=MONTHLY', { due: '2026-01-31' }, '2026-03-31'],
  ['FREQ=MONTHLY', { due: '2026-03-31' }, '2026-05-31'],
  ['FREQ=MONTHLY', { due: '2027-01-30' }, '2027-03-30'],
  ['FREQ=MONTHLY;INTERVAL=2', { due: '2026-12-31' }, '2027-08-31'],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', { due: '2026-01-31' }, '2026-02-28'],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', { due: '2028-01-31' }, '2028-02-29'],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', { due: '2026-04-30T23:59' }, '2026-05-31T23:59'],
  ['FREQ=MONTHLY;BYMONTHDAY=15,-1', { due: '2026-02-15' }, '2026-02-28'],
  ['FREQ=MONTHLY;BYMONTHDAY=-31', { due: '2026-03-01' }, '2026-05-01'],
  // Leap days.
  ['FREQ=YEARLY', { due: '2024-02-29' }, '2028-02-29'],
  ['FREQ=YEARLY', { due: '2096-02-29' }, '2104-02-29'],
  ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1', { due: '2027-02-28' }, '2028-02-29'],
  ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO', { due: '2072-02-29' }, '2112-02-29'],
  ['FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29', { due: '2026-11-27' }, '2028-02-29'],
  // Weekdays, numbered ones, and the Friday that is a 13th.
  ['FREQ=WEEKLY;BYDAY=MO,WE,FR', { due: '2026-11-27' }, '2026-11-30'],
  ['FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', { due: '2026-11-27T09:00' }, '2026-11-30T09:00'],
  ['FREQ=MONTHLY;BYDAY=1MO', { due: '2026-11-02' }, '2026-12-07'],
  ['FREQ=MONTHLY;BYDAY=-1FR', { due: '2026-11-27' }, '2026-12-25'],
  ['FREQ=MONTHLY;BYDAY=5SU', { due: '2026-11-29' }, '2027-01-31'],
  ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', { due: '2026-11-13' }, '2027-08-13'],
  ['FREQ=YEARLY;BYDAY=20MO', { due: '1997-05-19' }, '1998-05-18'],
  ['FREQ=YEARLY;BYDAY=-1SU', { due: '2026-12-27' }, '2027-12-26'],
  ['FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', { due: '2026-03-29T02:30' }, '2027-03-28T02:30'],
  ['FREQ=YEARLY;BYMONTH=1,6;BYMONTHDAY=10', { due: '2026-06-10' }, '2027-01-10'],
  // What the rule says of one part only, the due says of the rest.
  ['FREQ=YEARLY;BYMONTH=1,6', { due: '2026-01-10' }, '2026-06-10'],
  ['FREQ=MONTHLY;BYMONTH=12', { due: '2026-11-24' }, '2026-12-24'],
  ['FREQ=WEEKLY;BYMONTH=1', { due: '2026-11-27' }, '2027-01-01'],
  // A due that is no occurrence of its rule, as after postponing.
  ['FREQ=WEEKLY;BYDAY=MO', { due: '2026-11-26' }, '2026-11-30'],
  ['FREQ=MONTHLY;BYMONTHDAY=1', { due: '2026-11-05' }, '2026-12-01'],
  // BYSETPOS.
  ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', { due: '2026-10-30' }, '2026-11-30'],
  ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1', { due: '2026-12-01' }, '2027-01-01'],
  ['FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3', { due: '1997-10-07' }, '1997-11-06'],
  ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2,-2', { due: '2026-11-03' }, '2026-11-27'],
  ['FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=366', { due: '2026-01-01' }, '2028-12-31'],
  // WKST: which days are of one week matters where weeks are left out (both from RFC 5545).
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO', { due: '1997-08-05' }, '1997-08-10'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU', { due: '1997-08-05' }, '1997-08-17'],
  // What is overdue does not pile up, and keeps its rhythm; what may still lie ahead is not skipped.
  ['FREQ=DAILY', { due: '2025-11-27', on: '2026-11-27' }, '2026-11-27'],
  ['FREQ=DAILY', { due: '2026-11-27', on: '2026-11-27' }, '2026-11-28'],
  ['FREQ=DAILY;INTERVAL=2', { due: '2025-11-27', on: '2026-11-27' }, '2026-11-28'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH', { due: '2025-11-24', on: '2026-11-27' }, '2026-12-07'],
  ['FREQ=MONTHLY', { due: '2025-10-31', on: '2026-11-27' }, '2026-12-31'],
  ['FREQ=YEARLY', { due: '2025-11-27', on: '2026-11-27' }, '2026-11-27'],
  ['FREQ=WEEKLY', { due: '2026-11-27T09:00', on: '2026-12-04' }, '2026-12-04T09:00'],
  ['FREQ=WEEKLY', { due: '2026-11-27', on: '2026-11-01' }, '2026-12-04'],
  ['FREQ=DAILY', { due: '1970-01-01', on: '9999-12-30' }, '9999-12-30'],
  // Counted from the day of completion.
  ['FREQ=DAILY;INTERVAL=3', { due: '2026-11-20', on: '2026-11-27', from: 'completed' }, '2026-11-30'],
  ['FREQ=WEEKLY', { due: '2026-12-20T07:00', on: '2026-11-27', from: 'completed' }, '2026-12-04T07:00'],
  ['FREQ=MONTHLY', { due: '2026-01-15', on: '2026-01-31', from: 'completed' }, '2026-03-31'],
  ['FREQ=WEEKLY;BYDAY=MO', { due: '2026-11-23', on: '2026-11-30', from: 'completed' }, '2026-12-07'],
  ['FREQ=DAILY', { due: '2026-11-23', on: '0001-01-01', from: 'completed' }, '1970-01-02'],
  // Both changes of the clock, in three zones: the text of the time stays, also of one that the clock skips or repeats.
  ['FREQ=DAILY', { due: '2026-03-28T02:30', zone: 'Europe/Berlin' }, '2026-03-29T02:30'],
  ['FREQ=DAILY', { due: '2026-03-29T02:30', zone: 'Europe/Berlin' }, '2026-03-30T02:30'],
  ['FREQ=DAILY', { due: '2026-10-24T02:30', zone: 'Europe/Berlin' }, '2026-10-25T02:30'],
  ['FREQ=DAILY', { due: '2026-03-07T02:30', zone: 'America/New_York' }, '2026-03-08T02:30'],
  ['FREQ=WEEKLY', { due: '2026-10-25T01:30', zone: 'America/New_York' }, '2026-11-01T01:30'],
  ['FREQ=DAILY', { due: '2026-10-03T02:15', zone: 'Australia/Lord_Howe' }, '2026-10-04T02:15'],
  ['FREQ=DAILY', { due: '2026-04-04T01:45', zone: 'Australia/Lord_Howe' }, '2026-04-05T01:45'],
  ['FREQ=DAILY', { due: '2011-12-29T12:00', zone: 'Pacific/Apia' }, '2011-12-30T12:00'],
  // COUNT is how many are left, this one included.
  ['FREQ=DAILY;COUNT=2', { due: '2026-11-27' }, '2026-11-28 FREQ=DAILY;COUNT=1'],
  ['COUNT=10;FREQ=DAILY', { due: '2025-11-27', on: '2026-11-27' }, '2026-11-27 COUNT=9;FREQ=DAILY'],
  ['FREQ=DAILY;COUNT=1', { due: '2026-11-27' }, 'none'],
  // UNTIL, inclusive, in its three forms beside each form of a due.
  ['FREQ=DAILY;UNTIL=20261128', { due: '2026-11-27' }, '2026-11-28'],
  ['FREQ=DAILY;UNTIL=20261127', { due: '2026-11-27' }, 'none'],
  ['FREQ=DAILY;UNTIL=20261128', { due: '2026-11-27T23:59' }, '2026-11-28T23:59'],
  ['FREQ=DAILY;UNTIL=20261128T080000', { due: '2026-11-27' }, '2026-11-28'],
  ['FREQ=DAILY;UNTIL=20261128T080000', { due: '2026-11-27T08:00' }, '2026-11-28T08:00'],
  ['FREQ=DAILY;UNTIL=20261128T080000', { due: '2026-11-27T08:01' }, 'none'],
  ['FREQ=DAILY;UNTIL=20261128T080059', { due: '2026-11-27T08:00', zone: 'Asia/Tokyo' }, '2026-11-28T08:00'],
  ['FREQ=DAILY;UNTIL=20261128T000000Z', { due: '2026-11-27' }, '2026-11-28'],
  ['FREQ=DAILY;UNTIL=20261128T000000Z', { due: '2026-11-27T23:00' }, '2026-11-28T23:00'],
  [
    'FREQ=DAILY;UNTIL=20261128T080000Z',
    { due: '2026-11-27T09:00', zone: 'Europe/Berlin' },
    '2026-11-28T09:00',
  ],
  ['FREQ=DAILY;UNTIL=20261128T080000Z', { due: '2026-11-27T09:01', zone: 'Europe/Berlin' }, 'none'],
  ['FREQ=DAILY;UNTIL=20261027T235959Z', { due: '2026-10-27T20:00', zone: 'America/New_York' }, 'none'],
  [
    'FREQ=DAILY;UNTIL=20261101T053000Z',
    { due: '2026-10-31T01:30', zone: 'America/New_York' },
    '2026-11-01T01:30',
  ],
  // Rules that have no further occurrence, and the end of time.
  ['FREQ=DAILY;UNTIL=19700101', { due: '2026-11-27' }, 'none'],
  ['FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29', { due: '1971-01-01' }, 'none'],
  ['FREQ=MONTHLY;INTERVAL=12;BYMONTH=3', { due: '2026-11-27' }, 'none'],
  ['FREQ=DAILY;INTERVAL=7;BYDAY=MO', { due: '2026-11-24' }, 'none'],
  ['FREQ=MONTHLY;BYMONTH=2,4', { due: '2026-05-31' }, 'none'],
  ['FREQ=DAILY', { due: '9999-12-31' }, 'none'],
  ['FREQ=DAILY;INTERVAL=999999999', { due: '1970-01-01', on: '9999-12-31' }, 'none'],
  ['FREQ=YEARLY;INTERVAL=2;BYDAY=53MO,53TU;BYSETPOS=2', { due: '1971-01-01' }, 'none'],
]

test.each(occurrences)('%s of %o is next due on %s', (recurrence, { due, on, zone, from }, expected) => {
  const task = { due, recurrence, time_zone: zone ?? null, recurs_from: from ?? null }
  const next = nextOccurrence(task, on ?? due)
  const [date = '', rule = recurrence] = expected.split(' ')
  expect(next).toEqual(date === 'none' ? undefined : { due: date, recurrence: rule })
})

test('a rule is taken in any case, and kept in upper case with its parts as they were sent', () => {
  const taken = [
    'freq=weekly;byday=mo,Fr;wkst=su',
    'COUNT=007;INTERVAL=1;FREQ=DAILY',
    'FREQ=YEARLY;BYDAY=+1mo,-53SU',
  ]
  for (const text of taken) expect(parseRecurrence(text)).toMatchObject({ text: text.toUpperCase() })
})

const refused: [string, RegExp][] = [
  ['', /must be a rule/],
  ['FREQ=DAILY ', /without spaces/],
  ['FREQ=DAıLY', /must be a rule/],
  [`FREQ=MONTHLY;BYMONTHDAY=${Array.from({ length: 200 }, () => 10).join()}`, /at most 500/],
  ['RRULE:FREQ=DAILY', /without RRULE:/],
  ['INTERVAL=2', /FREQ/],
  ['FREQ=HOURLY', /FREQ.*DAILY, WEEKLY, MONTHLY, YEARLY/],
  ['FREQ=DAILY;', /parts such as/],
  ['FREQ=DAILY;COUNT', /parts such as/],
  ['FREQ=DAILY;COUNT==1', /parts such as/],
  ['FREQ=DAILY;BYHOUR=9', /BYHOUR/],
  ['FREQ=YEARLY;BYYEARDAY=1', /BYYEARDAY/],
  ['FREQ=YEARLY;BYWEEKNO=1', /BYWEEKNO/],
  ['FREQ=DAILY;X-A=1', /X-A/],
  [`FREQ=DAILY;${'X'.repeat(300)}=1`, /^has the part X{30}; /],
  ['FREQ=DAILY;FREQ=DAILY', /FREQ twice/],
  ['FREQ=DAILY;COUNT=1;UNTIL=20261231', /both COUNT and UNTIL/],
  ['FREQ=DAILY;COUNT=0', /COUNT/],
  ['FREQ=DAILY;COUNT=-1', /COUNT/],
  ['FREQ=DAILY;INTERVAL=0', /INTERVAL/],
  ['FREQ=DAILY;INTERVAL=1.5', /INTERVAL/],
  ['FREQ=DAILY;INTERVAL=9999999999', /INTERVAL/],
  ['FREQ=DAILY;UNTIL=20260230', /UNTIL/],
  ['FREQ=DAILY;UNTIL=2026-12-31', /UNTIL/],
  ['FREQ=DAILY;UNTIL=20261231T2400', /UNTIL/],
  ['FREQ=DAILY;UNTIL=20261231T240000Z', /UNTIL/],
  ['FREQ=WEEKLY;BYDAY=XX', /BYDAY/],
  ['FREQ=WEEKLY;BYDAY=MO,', /BYDAY/],
  ['FREQ=WEEKLY;BYDAY=1MO', /BYDAY without numbers/],
  ['FREQ=MONTHLY;BYDAY=0MO', /BYDAY/],
  ['FREQ=YEARLY;BYDAY=54MO', /BYDAY/],
  ['FREQ=WEEKLY;BYMONTHDAY=1', /BYMONTHDAY with FREQ=WEEKLY/],
  ['FREQ=MONTHLY;BYMONTHDAY=32', /BYMONTHDAY/],
  ['FREQ=MONTHLY;BYMONTHDAY=0', /BYMONTHDAY/],
  ['FREQ=YEARLY;BYMONTH=13', /BYMONTH/],
  ['FREQ=YEARLY;BYMONTH=-1', /BYMONTH/],
  ['FREQ=YEARLY;BYDAY=MO;BYSETPOS=367', /BYSETPOS/],
  ['FREQ=YEARLY;BYSETPOS=1', /BYSETPOS only beside/],
  ['FREQ=WEEKLY;WKST=X', /WKST/],
  // No calendar has such a day.
  ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', /no calendar/],
  ['FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30', /no calendar/],
  ['FREQ=MONTHLY;BYMONTH=4,6;BYMONTHDAY=31', /no calendar/],
  ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-30', /no calendar/],
  ['FREQ=MONTHLY;BYDAY=6MO', /no calendar/],
  ['FREQ=YEARLY;BYMONTH=1;BYDAY=6MO', /no calendar/],
  ['FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=8', /no calendar/],
  ['FREQ=DAILY;BYDAY=MO;BYSETPOS=2', /no calendar/],
  ['FREQ=WEEKLY;BYMONTH=2;BYDAY=MO;BYSETPOS=2', /no calendar/],
  ['FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=366', /no calendar/],
  ['FREQ=MONTHLY;BYDAY=5MO,5TU,-5WE,5TH,5FR;BYSETPOS=5', /no calendar/],
]

test.each(refused)('the rule %j is refused, and told why', (text, reason) => {
  const answer = parseRecurrence(text)
  expect('refusal' in answer ? answer.refusal : 'taken').toMatch(reason)
})

const noon = Date.parse('2026-11-27T12:00:00Z')
const late = Date.parse('2026-11-27T23:30:00Z')
const completions: [string | undefined, number, string | null, string][] = [
  // The offset says where it was done; `Z` and `-00:00` say nothing of it.
  ['2026-11-28T00:30:00+01:00', late, null, '2026-11-28'],
  ['2026-11-28T00:30:00+01:00', late, 'America/New_York', '2026-11-28'],
  ['2026-11-27T23:30:00+00:00', late, 'Europe/Berlin', '2026-11-27'],
  ['2026-11-27T18:30:00.250-05:00', late, 'Europe/Berlin', '2026-11-27'],
  ['2026-11-27T23:30:00Z', late, 'Europe/Berlin', '2026-11-28'],
  ['2026-11-27T23:30:00-00:00', late, 'Europe/Berlin', '2026-11-28'],
  ['2026-11-27t23:30:00z', late, null, '2026-11-27'],
  // Then the zone's, then the earliest on Earth.
  [undefined, late, 'Asia/Kathmandu', '2026-11-28'],
  [undefined, late, 'Pacific/Kiritimati', '2026-11-28'],
  [undefined, late, 'Pacific/Pago_Pago', '2026-11-27'],
  [undefined, noon, null, '2026-11-27'],
  [undefined, noon - 1, null, '2026-11-26'],
  ['0000-01-01T00:00:00Z', Date.parse('0000-01-01T00:00:00Z'), null, '1969-12-31'],
]

test.each(completions)(
  'what was sent as completed at %s at %d in %s was done on %s',
  (sent, instant, zone, day) => {
    expect(dayOfCompletion(sent, instant, zone)).toBe(day)
  },
)
