import { FREQUENCIES, type Rule, ruleOf, WEEKDAYS, type WeekdayCode, type WeekdayPart } from './recurrence.ts'
import { MONTH_NAMES, ORDINALS, UNITS, WEEKEND, WORKDAYS } from './recurrence-names.ts'

const WEEKDAY =
  '(?:mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:rs?|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)'
const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)'
const NUMBER = '(?:\\d{1,3}|other|two|three|four|five|six|seven|eight|nine|ten)'
const NTH = '(?:first|second|third|fourth|fifth|last|[1-5](?:st|nd|rd|th))'
const MONTH_DAY = '(?:last day|[1-3]?\\d(?:st|nd|rd|th))'
const AND = '(?:\\s*(?:,|&|and)\\s*(?:and\\s+)?)'
const listOf = (item: string) => `(${item}(?:${AND}${item})*)`
const WEEKDAYS_LIST = listOf(`${WEEKDAY}s?`)
const DAYS_LIST = listOf(MONTH_DAY)
const NTH_LIST = listOf(`${NTH}\\s+${WEEKDAY}`)
const OF_MONTH = '(?:\\s+of\\s+(?:the|each|every)\\s+month)?'

interface Form {
  words: RegExp
  rule: (groups: readonly string[]) => Rule | undefined
}

/** In this order: each is tried where `every` ends, and the first that fits is taken. */
const FORMS: readonly Form[] = [
  form(`(${NUMBER}\\s+)?weeks?\\s+on\\s+${WEEKDAYS_LIST}`, ([n, days]) => weeklyOn(numberOf(n), days)),
  form(`(${NUMBER}\\s+)?months?\\s+on\\s+(?:the\\s+)?${NTH_LIST}`, ([n, days]) =>
    monthlyNth(numberOf(n), days),
  ),
  form(`(${NUMBER}\\s+)?months?\\s+on\\s+(?:the\\s+)?${DAYS_LIST}`, ([n, days]) =>
    monthlyOn(numberOf(n), days),
  ),
  form(`(?:year\\s+on\\s+)?(?:the\\s+)?(\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?(${MONTH})`, ([day, month]) =>
    yearlyOn(day, month),
  ),
  form(`(?:year\\s+on\\s+)?(${MONTH})\\s+(?:the\\s+)?(\\d{1,2})(?:st|nd|rd|th)?`, ([month, day]) =>
    yearlyOn(day, month),
  ),
  form(`(?:year\\s+on\\s+)?(?:the\\s+)?${NTH_LIST}\\s+of\\s+(${MONTH})`, ([days, month]) =>
    yearlyNth(days, month),
  ),
  form(`(${NUMBER}\\s+)?(day|week|month|year)s?`, ([n, unit]) => everyUnit(numberOf(n), unit)),
  form('(?:weekdays?|workdays?)', () => ruleOf('WEEKLY', { weekdays: plain(WORKDAYS) })),
  form('weekends?', () => ruleOf('WEEKLY', { weekdays: plain(WEEKEND) })),
  form('quarter', () => ruleOf('MONTHLY', { interval: 3 })),
  form(`other\\s+${WEEKDAYS_LIST}`, ([days]) => weeklyOn(2, days)),
  form(`${NTH_LIST}${OF_MONTH}`, ([days]) => monthlyNth(1, days)),
  form(`${DAYS_LIST}${OF_MONTH}`, ([days]) => monthlyOn(1, days)),
  form(WEEKDAYS_LIST, ([days]) => weeklyOn(1, days)),
]

function form(words: string, rule: Form['rule']): Form {
  return { words: new RegExp(`${words}(?![\\p{L}\\p{N}])`, 'iuy'), rule }
}

export interface Recurrence {
  rule: Rule
  from: 'due' | 'completed'
  start: number
  end: number
}

/** The first `every …` that is understood; the time of day and the end of it are the caller's. */
export function findRecurrence(text: string): Recurrence | undefined {
  for (const match of text.matchAll(/(?<![\p{L}\p{N}#])every(!?)\s+/giu)) {
    const read = readForm(text, match.index + match[0].length)
    if (read === undefined) continue
    const ending = readEnding(text, read.end)
    const from = match[1] === '!' ? 'completed' : 'due'
    return { rule: { ...read.rule, ...ending.parts }, from, start: match.index, end: ending.end }
  }
  return undefined
}

function readForm(text: string, at: number): { rule: Rule; end: number } | undefined {
  for (const { words, rule } of FORMS) {
    words.lastIndex = at
    const match = words.exec(text)
    const found = match === null ? undefined : rule(match.slice(1))
    if (found !== undefined) return { rule: found, end: words.lastIndex }
  }
  return undefined
}

function readEnding(text: string, at: number): { parts: Partial<Rule>; end: number } {
  const times = /,?\s+(?:for\s+)?(\d{1,3})\s+times\b/iy
  const until = /,?\s+until\s+(\d{4}-\d\d-\d\d)\b/iy
  times.lastIndex = until.lastIndex = at
  const count = Number(times.exec(text)?.[1] ?? 0)
  if (count > 0) return { parts: { count }, end: times.lastIndex }
  const last = until.exec(text)?.[1]
  return last === undefined ? { parts: {}, end: at } : { parts: { until: last }, end: until.lastIndex }
}

const NUMBER_WORDS = ['', '', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

function numberOf(word: string | undefined): number {
  const trimmed = word?.trim().toLowerCase()
  if (trimmed === undefined) return 1
  if (trimmed === 'other') return 2
  const named = NUMBER_WORDS.indexOf(trimmed)
  return named > 0 ? named : Number(trimmed)
}

const units: readonly string[] = UNITS

function everyUnit(interval: number, unit = ''): Rule | undefined {
  const frequency = FREQUENCIES[units.indexOf(unit.toLowerCase())]
  return frequency === undefined || interval < 1 ? undefined : ruleOf(frequency, { interval })
}

function weeklyOn(interval: number, days = ''): Rule | undefined {
  return interval < 1
    ? undefined
    : ruleOf('WEEKLY', { interval, weekdays: plain(unique(items(days).map(weekdayCode))) })
}

function monthlyOn(interval: number, days = ''): Rule | undefined {
  const monthDays = unique(items(days).map((day) => (/last/i.test(day) ? -1 : Number.parseInt(day, 10))))
  if (interval < 1 || monthDays.some((day) => day === 0 || day > 31)) return undefined
  return ruleOf('MONTHLY', { interval, monthDays })
}

function monthlyNth(interval: number, days = ''): Rule | undefined {
  return interval < 1 ? undefined : ruleOf('MONTHLY', { interval, weekdays: items(days).map(nthWeekday) })
}

const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function yearlyOn(day = '', month = ''): Rule | undefined {
  const [number, which] = [Number(day), monthNumber(month)]
  if (number < 1 || number > (LONGEST_MONTHS[which - 1] ?? 0)) return undefined
  return ruleOf('YEARLY', { months: [which], monthDays: [number] })
}

function yearlyNth(days = '', month = ''): Rule {
  return ruleOf('YEARLY', { months: [monthNumber(month)], weekdays: items(days).map(nthWeekday) })
}

function items(text: string): string[] {
  return text.split(/\s*(?:,|&|\band\b)\s*/iu).filter((item) => item !== '')
}

function nthWeekday(text: string): WeekdayPart {
  const [nth = '', name = ''] = text.trim().toLowerCase().split(/\s+/)
  const named = ORDINALS.indexOf(nth)
  const number = nth === 'last' ? -1 : named === -1 ? Number.parseInt(nth, 10) : named + 1
  return { nth: number, weekday: weekdayCode(name) }
}

function weekdayCode(name: string): WeekdayCode {
  return WEEKDAYS.find((code) => code === name.slice(0, 2).toUpperCase()) ?? 'MO'
}

function monthNumber(name: string): number {
  return (
    MONTH_NAMES.findIndex((month) => month.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase()) + 1
  )
}

function plain(codes: readonly WeekdayCode[]): WeekdayPart[] {
  return codes.map((weekday) => ({ weekday }))
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
