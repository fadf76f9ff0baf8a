import { casual } from 'chrono-node/en'
import { expect, test } from 'vitest'
import { localeOf } from '../../src/model/locale.ts'
import { afterEdit } from '../../src/model/quick-add/literals.ts'
import { type Context, parseQuickAdd } from '../../src/model/quick-add/parse.ts'
import { ruleText } from '../../src/model/recurrence.ts'

/** Wednesday 25 November 2026, 10:00. */
const CONTEXT: Context = {
  now: Date.parse('2026-11-25T10:00:00Z'),
  zone: 'UTC',
  locale: localeOf('en-GB'),
  parseDates: (...args) => casual.parse(...args),
}

function understood(text: string, context: Partial<Context> = {}): string {
  const { title, spans } = parseQuickAdd(text, { ...CONTEXT, ...context })
  const parts = spans.map((span) => {
    if (span.kind === 'due') return span.due
    if (span.kind === 'repeats') return `${span.from === 'completed' ? 'done+' : ''}${ruleText(span.rule)}`
    return span.kind === 'priority' ? `p=${span.priority}` : `#${span.tag}`
  })
  return [title, ...parts].join(' | ')
}

const LINES: readonly [string, string][] = [
  ['Pay rent tomorrow 9am every month #home p1', 'Pay rent | 2026-11-26T09:00 | FREQ=MONTHLY | #home | p=1'],
  ['Buy milk', 'Buy milk'],
  ['Buy milk today', 'Buy milk | 2026-11-25'],
  ['Buy milk tom', 'Buy milk | 2026-11-26'],
  ['Buy milk tom 9am', 'Buy milk | 2026-11-26T09:00'],
  ['Buy milk tommorow', 'Buy milk | 2026-11-26'],
  ['Water plants day after tomorrow', 'Water plants | 2026-11-27'],
  ['Dentist 27th', 'Dentist | 2026-11-27'],
  ['Dentist on the 3rd', 'Dentist | 2026-12-03'],
  ['Dentist 27th 9:30am', 'Dentist | 2026-11-27T09:30'],
  ['Dentist on Friday about the tooth', 'Dentist about the tooth | 2026-11-27'],
  ['Pay rent by friday', 'Pay rent | 2026-11-27'],
  ['Buy tickets for friday', 'Buy tickets | 2026-11-27'],
  ['Concert Fri @ 7pm', 'Concert | 2026-11-27T19:00'],
  ['Call mum at 5', 'Call mum | 2026-11-25T17:00'],
  ['Call mum at 9', 'Call mum | 2026-11-26T09:00'],
  ['Call mum 15:30', 'Call mum | 2026-11-25T15:30'],
  ['Call mum at 9:30 about dinner', 'Call mum about dinner | 2026-11-26T09:30'],
  ['Report in 3 days', 'Report | 2026-11-28'],
  ['Call back in 2 hours', 'Call back | 2026-11-25T12:00'],
  ['Plan next week', 'Plan | 2026-11-30'],
  ['Plan next month', 'Plan | 2026-12-01'],
  ['Hike this weekend', 'Hike | 2026-11-28'],
  ['Report end of the month', 'Report | 2026-11-30'],
  ['Standup tomorrow morning', 'Standup | 2026-11-26T09:00'],
  ['Film tonight', 'Film | 2026-11-25T19:00'],
  ['Party 5 may', 'Party | 2027-05-05'],
  ['Party on the 5th of May', 'Party | 2027-05-05'],
  ['Party May 5th at noon', 'Party | 2027-05-05T12:00'],
  ['Renew passport in June', 'Renew passport | 2027-06-01'],
  ['Pay 2026-12-01', 'Pay | 2026-12-01'],
  ['Pay 2026-12-01T09:00', 'Pay | 2026-12-01T09:00'],
  ['Call New York 9am PST', 'Call New York | 2026-11-25T17:00'],
  ['Gym every friday 18:00', 'Gym | 2026-11-27T18:00 | FREQ=WEEKLY;BYDAY=FR'],
  ['Standup every weekday at 9am', 'Standup | 2026-11-26T09:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
  ['Water plants every! 3 days', 'Water plants | 2026-11-25 | done+FREQ=DAILY;INTERVAL=3'],
  ['Rent every 15th', 'Rent | 2026-12-15 | FREQ=MONTHLY;BYMONTHDAY=15'],
  ['Course every monday until 31 december', 'Course | 2026-11-30 | FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231'],
  ['Course every week starting friday', 'Course | FREQ=WEEKLY | 2026-11-27'],
  ['p2 Tidy #home #garden', 'Tidy | p=5 | #home | #garden'],
  ['Tidy p3', 'Tidy | p=9'],
  ['Meeting (tomorrow)', 'Meeting | 2026-11-26'],
  ['Pay rent, tomorrow', 'Pay rent | 2026-11-26'],
  ['Plan Friday dinner on Thursday', 'Plan Friday dinner | 2026-11-26'],
  ['Fête #été demain', 'Fête demain | #été'],
  ['Meeting tomorrow 10-11am', 'Meeting tomorrow 10-11am | 2026-11-26T10:00'],
  ['<script>alert(1)</script> tomorrow', '<script>alert(1)</script> | 2026-11-26'],
]

for (const [line, expected] of LINES) {
  test(`"${line}" → ${expected}`, () => {
    expect(understood(line)).toBe(expected)
  })
}

const PLAIN = [
  'Buy sun cream',
  'Update the sat nav',
  'Enjoy the sun',
  'March on Rome',
  'May I come in',
  'Second hand shop',
  'Call Tom',
  'call tom',
  'call tom about rent',
  'Look at 5 houses',
  'Read John 3:16 study',
  'Buy 1/2 kg butter',
  'Open 24/7',
  'Update to version 1.2',
  'Room 4.12',
  'Rent a car for 2 weeks',
  'A day in the life',
  'Pills once a day',
  'Fix issue #42',
  '5th floor',
  'Her 30th birthday party',
  "Friday's report",
  'tomorrow’s meeting',
  'Black Friday deals',
  'Midnight train',
  'Afternoon tea',
  'morning run',
  'Call June',
  'mid january',
  'Read "March on Rome tomorrow"',
  'Say “every day p1 #tag”',
  'https://example.org/2026-12-01',
  'mail bob@friday.com',
  'Buy now, pay later',
  'Everyday carry',
  'every one of them',
  'Weekly report',
  'Buy 1200 screws',
  'Call 555-1234',
  'C# course',
  'a#b',
  'sp1 engine',
  'p4',
  'p1x',
  'Read 1984',
  'tomorrow',
  'every day',
  'What happened last friday',
  'Write about yesterday',
  'plan this week',
  'Sunday-school',
  'mid-May',
]

for (const line of PLAIN) {
  test(`"${line}" stays as it is`, () => {
    expect(understood(line)).toBe(line)
  })
}

test('numeric dates follow the reader’s locale', () => {
  const inLocale = (language: string, line: string) => understood(line, { locale: localeOf(language) })
  expect(inLocale('en-US', 'Pay 1/2')).toBe('Pay | 2027-01-02')
  expect(inLocale('en-GB', 'Pay 1/2')).toBe('Pay | 2027-02-01')
  expect(inLocale('fr', 'Pay 1/2/2028')).toBe('Pay | 2028-02-01')
  expect(inLocale('de', 'Pay 1.2.')).toBe('Pay | 2027-02-01')
  expect(inLocale('de', 'Pay 24.12.2026')).toBe('Pay | 2026-12-24')
  expect(inLocale('en-US', 'Pay 12/24/26 9am')).toBe('Pay | 2026-12-24T09:00')
  expect(inLocale('en-US', 'Pay 13/13')).toBe('Pay 13/13')
})

test('the next week begins on its first working day', () => {
  expect(understood('Plan next week', { locale: localeOf('en-US') })).toBe('Plan | 2026-11-30')
  expect(understood('Plan next week', { locale: localeOf('ar-EG') })).toBe('Plan | 2026-11-29')
})

test('today is the reader’s, wherever the reader is', () => {
  const at = (zone: string, now: string) => understood('Call today', { zone, now: Date.parse(now) })
  expect(at('Pacific/Apia', '2026-11-25T10:59:00Z')).toBe('Call | 2026-11-25')
  expect(at('Pacific/Apia', '2026-11-25T11:01:00Z')).toBe('Call | 2026-11-26')
  expect(at('America/Bogota', '2026-11-26T04:59:00Z')).toBe('Call | 2026-11-25')
  expect(at('Asia/Kathmandu', '2026-11-25T18:16:00Z')).toBe('Call | 2026-11-26')
})

test('words that were made text again stay text, while the line grows around them', () => {
  const line = 'Buy milk tomorrow #home'
  const [due] = parseQuickAdd(line, CONTEXT).spans
  const dismissed = [...(due?.ranges ?? [])]
  expect(understood(line, { dismissed })).toBe('Buy milk tomorrow | #home')

  const longer = 'Do: Buy milk tomorrow #home'
  const shifted = afterEdit(dismissed, line, longer)
  expect(understood(longer, { dismissed: shifted })).toBe('Do: Buy milk tomorrow | #home')
  const longest = `${longer} p1`
  expect(understood(longest, { dismissed: afterEdit(shifted, longer, longest) })).toBe(
    'Do: Buy milk tomorrow | #home | p=1',
  )

  const edited = 'Buy milk today #home'
  expect(afterEdit(dismissed, line, edited)).toEqual([])
})

test('without chrono, the layer of our own understands what it can', () => {
  expect(understood('Pay rent next week every month #home p1', { parseDates: undefined })).toBe(
    'Pay rent | 2026-11-30 | FREQ=MONTHLY | #home | p=1',
  )
})

test('a tag is written as it is known already', () => {
  expect(understood('Tidy #HOME', { knownTags: ['Home'] })).toBe('Tidy | #Home')
})
