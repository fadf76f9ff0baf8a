import { FREQUENCIES, type Rule, WEEKDAYS, type WeekdayCode } from './recurrence.ts'
import { MONTH_NAMES, ORDINALS, UNITS, WEEKDAY_NAMES, WORKDAYS } from './recurrence-names.ts'

const and = new Intl.ListFormat('en', { type: 'conjunction' })

/** `every 2 weeks on Monday and Friday, until 2026-12-31`; undefined for a rule that has no plain words. */
export function inWords(rule: Rule, dayInWords: (day: string) => string = (day) => day): string | undefined {
  const when = onWhich(rule)
  if (when === undefined || rule.setPositions.length > 0) return undefined
  const times = rule.count === undefined ? '' : `, ${rule.count} ${rule.count === 1 ? 'time' : 'times'}`
  const until = rule.until === undefined ? '' : `, until ${dayInWords(rule.until)}`
  return `every ${when}${times}${until}`
}

function onWhich(rule: Rule): string | undefined {
  const { frequency, weekdays, monthDays, months } = rule
  if (frequency === 'DAILY')
    return weekdays.length + monthDays.length + months.length > 0 ? undefined : step(rule)
  if (frequency === 'WEEKLY') return monthDays.length + months.length > 0 ? undefined : weekly(rule)
  const days = daysOfMonth(rule)
  if (days === undefined) return undefined
  if (frequency === 'MONTHLY')
    return months.length > 0 ? undefined : `${step(rule)}${days && ` on the ${days}`}`
  return yearly(rule, days)
}

function step({ frequency, interval }: Rule): string {
  const unit = UNITS[FREQUENCIES.indexOf(frequency)]
  return interval === 1 ? `${unit}` : `${interval} ${unit}s`
}

function weekly(rule: Rule): string {
  const codes = rule.weekdays.map(({ weekday }) => weekday)
  if (codes.length === 0) return step(rule)
  const names = isSame(codes, WORKDAYS) ? 'weekday' : and.format(codes.map(nameOf))
  if (rule.interval === 1) return names
  return `${step(rule)} on ${names === 'weekday' ? 'weekdays' : names}`
}

/** `15th and last day`, `second Tuesday`; empty where the rule names none, undefined where it needs more words. */
function daysOfMonth({ weekdays, monthDays }: Rule): string | undefined {
  if (weekdays.length > 0 && monthDays.length > 0) return undefined
  if (weekdays.some(({ nth }) => nth === undefined || nth < -1 || nth > 5)) return undefined
  if (monthDays.some((day) => day < -1)) return undefined
  const names = weekdays.map(
    ({ weekday, nth = 1 }) => `${nth === -1 ? 'last' : ORDINALS[nth - 1]} ${nameOf(weekday)}`,
  )
  return and.format([...names, ...monthDays.map((day) => (day === -1 ? 'last day' : ordinal(day)))])
}

function yearly(rule: Rule, days: string): string | undefined {
  if (rule.months.length === 0) return days === '' ? step(rule) : undefined
  const months = and.format(rule.months.map((month) => MONTH_NAMES[month - 1] ?? ''))
  return `${step(rule)} ${days === '' ? 'in' : `on the ${days} of`} ${months}`
}

function isSame(codes: readonly WeekdayCode[], others: readonly WeekdayCode[]): boolean {
  return codes.length === others.length && others.every((code) => codes.includes(code))
}

function nameOf(weekday: WeekdayCode): string {
  return WEEKDAY_NAMES[WEEKDAYS.indexOf(weekday)] ?? weekday
}

const suffixes = new Intl.PluralRules('en', { type: 'ordinal' })
const SUFFIX: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' }

function ordinal(number: number): string {
  return `${number}${SUFFIX[suffixes.select(number)] ?? 'th'}`
}
