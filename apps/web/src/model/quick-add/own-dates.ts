import { addDays, dayOf, daysInMonth, partsOf, weekdayOf } from '../day.ts'
import { daysToNextWeek } from '../locale.ts'
import { type Found, type Moment, todayOf } from './moment.ts'
import { endsPhrase, standsAlone, wordBefore } from './span.ts'

/** Days that chrono does not find, or finds wrong. Each pattern gives a day, or undefined where the words are no date. */
interface Pattern {
  words: RegExp
  day: (match: RegExpExecArray, moment: Moment, masked: string) => string | undefined
}

const PATTERNS: readonly Pattern[] = [
  {
    words: /\b(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d))?/giu,
    day: ([, year, month, day]) => dayOf(Number(year), Number(month), Number(day)),
  },
  { words: /\b(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d\d)|(?<=\d\.\d{1,2})\.)/giu, day: numericDay },
  { words: /\b(\d{1,2})\/(\d{1,2})(?!\/)/giu, day: shortNumericDay },
  { words: /\b(?:the\s+)?day\s+after\s+tomorrow/giu, day: (_, moment) => addDays(todayOf(moment), 2) },
  { words: /\btom(?:orow|morr?ow)?\b/gu, day: tomorrow },
  { words: /\bnext\s+(week|month|year)\b/giu, day: nextUnit },
  { words: /\b(this|next)\s+weekend\b|\b(?:at|on)\s+the\s+weekend\b/giu, day: weekend },
  { words: /\b(?:the\s+)?end\s+of\s+(?:the\s+)?month\b/giu, day: (_, moment) => endOfMonth(todayOf(moment)) },
  { words: /\b(\d{1,2})(?:st|nd|rd|th)\b(?!\s+of\b)/giu, day: monthDay },
]

export function findOwnDates(masked: string, moment: Moment): Found[] {
  return PATTERNS.flatMap(({ words, day }) =>
    [...masked.matchAll(words)].flatMap((match) => {
      const range = { start: match.index, end: match.index + match[0].length }
      const found = standsAlone(masked, range) ? day(match, moment, masked) : undefined
      if (found === undefined) return []
      const time = /T(\d\d:\d\d)$/i.exec(match[0])?.[1]
      return [{ ...range, day: found, ...(time !== undefined && { time }) }]
    }),
  )
}

/** `1/2/2027`, `1.2.2027`, and `1.2.`, which is a date only where days come first. */
function numericDay([whole, first, , second, year]: RegExpExecArray, moment: Moment): string | undefined {
  const hasYear = year !== undefined
  if (!hasYear && !moment.locale.dayFirst) return undefined
  // With points, days come first everywhere.
  const dayFirst = moment.locale.dayFirst || whole.includes('.')
  const [day, month] = dayFirst ? [Number(first), Number(second)] : [Number(second), Number(first)]
  return hasYear ? dayOf(fullYear(year), month, day) : comingDay(todayOf(moment), month, day)
}

const FRACTION_OF =
  /^\s*(?:cups?|tsp|tbsp|kg|g|lbs?|oz|ml|l|pints?|lit(?:re|er)s?|hours?|hr|price|off|of|an?|the|dozen|miles?|km|inch(?:es)?|teaspoons?|tablespoons?|pounds?|done|full|size)\b/iu

/** `1/2` by the reader's locale; a fraction of something is none, and nor is 24/7. */
function shortNumericDay(match: RegExpExecArray, moment: Moment, masked: string): string | undefined {
  const [whole, first, second] = match
  if (whole === '24/7' || FRACTION_OF.test(masked.slice(match.index + whole.length))) return undefined
  const [day, month] = moment.locale.dayFirst
    ? [Number(first), Number(second)]
    : [Number(second), Number(first)]
  return comingDay(todayOf(moment), month, day)
}

function fullYear(year: string): number {
  return year.length === 2 ? 2000 + Number(year) : Number(year)
}

/** The next day of this name that is not over; 29 February may be years ahead. */
function comingDay(today: string, month: number, day: number): string | undefined {
  const { year } = partsOf(today)
  for (let ahead = 0; ahead <= 8; ahead += 1) {
    const found = dayOf(year + ahead, month, day)
    if (found !== undefined && found >= today) return found
  }
  return undefined
}

const BEFORE_A_NAME = [
  'call',
  'ask',
  'tell',
  'meet',
  'email',
  'text',
  'ring',
  'see',
  'with',
  'to',
  'and',
  'from',
  'pay',
  'help',
]

/** `tom` is a day at the end of a phrase, in lower case, and where nobody of that name is called. */
function tomorrow(match: RegExpExecArray, moment: Moment, masked: string): string | undefined {
  const isShort = match[0] === 'tom'
  const end = match.index + match[0].length
  const ends = endsPhrase(masked, end) || /^\s+(?:at\s+)?\d/u.test(masked.slice(end))
  if (isShort && (!ends || BEFORE_A_NAME.includes(wordBefore(masked, match.index)))) return undefined
  return addDays(todayOf(moment), 1)
}

function nextUnit([, unit = '']: RegExpExecArray, moment: Moment): string | undefined {
  const today = todayOf(moment)
  const { year, month } = partsOf(today)
  if (unit.toLowerCase() === 'week') return addDays(today, daysToNextWeek(weekdayOf(today), moment.locale))
  if (unit.toLowerCase() === 'year') return dayOf(year + 1, 1, 1)
  return month === 12 ? dayOf(year + 1, 1, 1) : dayOf(year, month + 1, 1)
}

function weekend([, which = '']: RegExpExecArray, moment: Moment): string {
  const today = todayOf(moment)
  const [first = 6] = moment.locale.weekend
  const ahead = (first - weekdayOf(today) + 7) % 7
  return addDays(today, which.toLowerCase() === 'next' ? ahead + 7 : ahead)
}

function endOfMonth(today: string): string | undefined {
  const { year, month } = partsOf(today)
  return dayOf(year, month, daysInMonth(year, month))
}

/** `27th`, at the end of a phrase or after `on the`; the `5th floor` is none. */
function monthDay(match: RegExpExecArray, moment: Moment, masked: string): string | undefined {
  const before = masked.slice(0, match.index)
  const isLed = /\b(?:on|by|before|due)\s+(?:the\s+)?$/iu.test(before)
  const end = match.index + match[0].length
  const ends = endsPhrase(masked, end) || /^\s+(?:at\s+)?\d+(?::\d\d|\s*[ap]m\b)/iu.test(masked.slice(end))
  if (!isLed && !ends) return undefined
  const today = todayOf(moment)
  const { year, month } = partsOf(today)
  for (let ahead = 0; ahead < 12; ahead += 1) {
    const at = month - 1 + ahead
    const found = dayOf(year + Math.floor(at / 12), (at % 12) + 1, Number(match[1]))
    if (found !== undefined && found >= today) return found
  }
  return undefined
}
