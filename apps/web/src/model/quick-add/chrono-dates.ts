import type { ParsedResult } from 'chrono-node/en'
import { twoDigits } from '../day.ts'
import { offsetMinutes, wallClock } from '../zone.ts'
import { type Found, type Moment, todayOf } from './moment.ts'
import { endsPhrase, standsAlone, wordBefore } from './span.ts'

/** chrono's own `parse`, handed in since it is loaded only when someone begins to type. */
export type ParseDates = (
  text: string,
  reference: { instant: Date; timezone: number },
  option: { forwardDate: boolean },
) => ParsedResult[]

/** What chrono finds, without what a person would not have meant as a date. */
export function findChronoDates(masked: string, moment: Moment, parse: ParseDates): Found[] {
  const { now, zone } = moment
  // To chrono, `Fri @ 7pm` is two dates.
  const text = masked.replace(/@(?=\s*\d)/gu, ' ')
  const reference = { instant: new Date(now), timezone: offsetMinutes(now, zone) }
  return parse(text, reference, { forwardDate: true }).flatMap((result) => {
    const range = { start: result.index, end: result.index + result.text.length }
    if (!standsAlone(masked, range) || !isMeant(result, masked, todayOf(moment))) return []
    return [{ ...range, ...dateOf(result, zone), ...(result.end != null && { kept: true }) }]
  })
}

type Doubt = (result: ParsedResult, masked: string) => boolean

const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)'
const monthAlone = new RegExp(`^${MONTH}\\.?$`, 'i')

/** Why words that chrono takes for a date are likely none. */
const DOUBTS: readonly Doubt[] = [
  ({ text }) => /\b(?:last|past|ago|before|earlier|previous|yesterday|now)\b(?<!from now)/i.test(text),
  ({ text }) => /\bthis\s+(?:week|month|year|quarter)\b|^(?:week|work)?days?$/i.test(text),
  ({ text }) => isDuration(text),
  // Our own layer reads these, by the reader's locale.
  ({ text }) => /^\d{1,4}[/.-]\d{1,2}(?:[/.-]\d{1,4})?$/.test(text),
  ({ text }, masked) => monthAlone.test(text) && !isMonthMeant(masked, text),
  ({ text, index }, masked) =>
    isShortWord(text) && !isLed(masked, index) && !isEnd(masked, index + text.length, index),
  ({ text, index }, masked) => /^\w+day$/i.test(text) && NAMED_DAY.test(masked.slice(0, index)),
  ({ text, index }, masked) =>
    isVagueTime(text) && !isLed(masked, index) && !endsPhrase(masked, index + text.length),
  ({ text }) => /^(?:in the |the )?(?:morning|afternoon|evening|night)$/i.test(text),
]

function isMeant(result: ParsedResult, masked: string, today: string): boolean {
  if (DOUBTS.some((doubts) => doubts(result, masked))) return false
  return !isOver(result, today)
}

/** `for 2 weeks`, `a day`, `17h`: how long, not when. */
function isDuration(text: string): boolean {
  const unit =
    /\b(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?|quarters?|years?)\b|\d\s*(?:h|hrs?|mins?|m|s|d|w|y)\b/i
  return unit.test(text) && !/^(?:in|within|end of)\b|\b(?:from now|later|from today)$/i.test(text)
}

function isMonthMeant(masked: string, text: string): boolean {
  return new RegExp(`\\b(?:in|by|until|next|due)\\s+${text}(?!\\p{L})`, 'iu').test(masked)
}

/** Words first, and days only when something says so: sun cream, sat nav, to wed. */
function isShortWord(text: string): boolean {
  return /^(?:sun|sat|wed|mon)\.?$/i.test(text)
}

function isEnd(masked: string, end: number, start: number): boolean {
  return (
    endsPhrase(masked, end) &&
    !['the', 'a', 'in', 'to', 'of', 'get', 'and'].includes(wordBefore(masked, start))
  )
}

function isLed(masked: string, start: number): boolean {
  return ['on', 'by', 'due', 'next', 'this', 'before', 'until', 'at', 'from'].includes(
    wordBefore(masked, start),
  )
}

const NAMED_DAY = /\b(?:black|good|easter|cyber|palm|ash|fat|shrove|super|giving|taco|bloody|boxing)\s+$/i

/** A number or a word that is a time only at the end of a phrase: `Look at 5 houses`, `midnight train`, `John 3:16 talk`. */
function isVagueTime(text: string): boolean {
  return /^(?:at\s+)?(?:\d{1,2}(?::\d\d)?|noon|midnight)$/i.test(text) && !/^at\s+\d{1,2}:/i.test(text)
}

/** A date that a year was not given for is never in the past. */
function isOver({ start }: ParsedResult, today: string): boolean {
  return start.isCertain('day') && dayIn(start) < today
}

type Components = ParsedResult['start']

function dayIn(start: Components): string {
  return `${start.get('year')}-${twoDigits(start.get('month') ?? 1)}-${twoDigits(start.get('day') ?? 1)}`
}

function dateOf({ start, text }: ParsedResult, zone: string): Pick<Found, 'day' | 'time'> {
  if (start.isCertain('timezoneOffset')) {
    const wall = wallClock(start.date().getTime(), zone)
    return { day: wall.slice(0, 10), time: wall.slice(11) }
  }
  const hasDay = start.isCertain('day') || start.isCertain('weekday') || start.isCertain('month')
  const time = timeIn(start, text)
  return { ...(hasDay && { day: dayIn(start) }), ...(time !== undefined && { time }) }
}

const TIMES_OF_DAY: readonly [RegExp, string][] = [
  [/\bmorning\b/i, '09:00'],
  [/\bafternoon\b/i, '15:00'],
  [/\b(?:evening|tonight|night)\b/i, '19:00'],
]

function timeIn(start: Components, text: string): string | undefined {
  if (!start.isCertain('hour')) return TIMES_OF_DAY.find(([words]) => words.test(text))?.[1]
  const hour = start.get('hour') ?? 0
  return `${twoDigits(isAfternoon(hour, text) ? hour + 12 : hour)}:${twoDigits(start.get('minute') ?? 0)}`
}

/** Nobody means 5 in the morning by `at 5`. */
function isAfternoon(hour: number, text: string): boolean {
  return hour >= 1 && hour <= 6 && /\bat\s+[1-6]$/i.test(text)
}
