import { addDays, daysBetween, daysInMonth, partsOf, weekdayOf } from './day.ts'
import { type Rule, WEEKDAYS } from './recurrence.ts'

/** Leap years apart by a century's turn, times every fourth year: nothing that recurs lies further ahead. */
const HORIZON_DAYS = 3_000

/** The first day of the rule that is not before this one; a rule that names no day begins on it. */
export function firstOccurrence(rule: Rule, from: string): string {
  for (let ahead = 0; ahead < HORIZON_DAYS; ahead += 1) {
    const day = addDays(from, ahead)
    if (fits(rule, day, day)) return day
  }
  return from
}

/**
 * The first occurrence after `due` that is not before `notBefore`; undefined where the rule has ended, or where only
 * the API can tell.
 */
export function nextOccurrence(rule: Rule, due: string, notBefore: string): string | undefined {
  if (rule.setPositions.length > 0 || (rule.count !== undefined && rule.count <= 1)) return undefined
  const start = due.slice(0, 10)
  const first = notBefore > start ? notBefore : addDays(start, 1)
  for (let ahead = 0; ahead < HORIZON_DAYS * rule.interval; ahead += 1) {
    const day = addDays(first, ahead)
    if (rule.until !== undefined && day > rule.until) return undefined
    if (fits(rule, day, start)) return day
  }
  return undefined
}

/** @param start the day that the rule is counted from, which stands for what the rule leaves open. */
function fits(rule: Rule, day: string, start: string): boolean {
  const { month } = partsOf(day)
  if (rule.months.length > 0 && !rule.months.includes(month)) return false
  return inStep(rule, day, start) && isNamed(rule, day, start)
}

function inStep({ frequency, interval, weekStart }: Rule, day: string, start: string): boolean {
  if (interval === 1) return true
  const [now, then] = [partsOf(day), partsOf(start)]
  const years = now.year - then.year
  if (frequency === 'DAILY') return daysBetween(start, day) % interval === 0
  if (frequency === 'MONTHLY') return (years * 12 + now.month - then.month) % interval === 0
  if (frequency === 'YEARLY') return years % interval === 0
  return (daysBetween(weekOf(start, weekStart), weekOf(day, weekStart)) / 7) % interval === 0
}

function weekOf(day: string, weekStart: Rule['weekStart']): string {
  return addDays(day, -((weekdayOf(day) - WEEKDAYS.indexOf(weekStart) + 6) % 7))
}

function isNamed(rule: Rule, day: string, start: string): boolean {
  if (rule.monthDays.length > 0 && !isMonthDay(rule.monthDays, day)) return false
  if (rule.weekdays.length > 0) return rule.weekdays.some((part) => isWeekday(part, day, rule.frequency))
  return rule.monthDays.length > 0 || isLikeStart(rule, day, start)
}

function isMonthDay(monthDays: readonly number[], day: string): boolean {
  const { year, month, day: number } = partsOf(day)
  return monthDays.includes(number) || monthDays.includes(number - daysInMonth(year, month) - 1)
}

function isWeekday({ weekday, nth }: Rule['weekdays'][number], day: string, frequency: string): boolean {
  if (WEEKDAYS[weekdayOf(day) - 1] !== weekday) return false
  if (nth === undefined || frequency === 'DAILY' || frequency === 'WEEKLY') return true
  const { year, month, day: number } = partsOf(day)
  if (nth > 0) return Math.ceil(number / 7) === nth
  return Math.ceil((daysInMonth(year, month) - number + 1) / 7) === -nth
}

function isLikeStart({ frequency, months }: Rule, day: string, start: string): boolean {
  const [now, then] = [partsOf(day), partsOf(start)]
  if (frequency === 'WEEKLY') return weekdayOf(day) === weekdayOf(start)
  if (frequency === 'MONTHLY') return now.day === then.day
  if (frequency === 'YEARLY') return now.day === then.day && (months.length > 0 || now.month === then.month)
  return true
}
