import { CYCLE, LAST_DAY, modulo, monthOf, startOf, weekdayOf } from './calendar.ts'

/** The parts of a rule (RFC 5545 section 3.3.10), but for its end. An empty list: the part is not there. */
export interface Pattern {
  frequency: keyof typeof units
  interval: number
  months: readonly number[]
  monthDays: readonly number[]
  weekdays: readonly WeekdayOf[]
  positions: readonly number[]
  weekStart: number
}

/** Monday is 0. The nth in a month or a year, counted from its end if negative; 0 is each. */
export interface WeekdayOf {
  weekday: number
  nth: number
}

/** A time from a first day to a last. */
interface Days {
  first: number
  last: number
}

/** How time is divided: the number of what a day is in, and the days of the one with a number. */
interface Unit {
  /** How many there are until the calendar is where it was. */
  cycle: number
  numberOf: (day: number, weekStart: number) => number
  daysOf: (number: number, weekStart: number) => Days
}

const units = {
  DAILY: { cycle: CYCLE.days, numberOf: (day) => day, daysOf: (day) => ({ first: day, last: day }) },
  WEEKLY: {
    cycle: CYCLE.weeks,
    numberOf: (day, weekStart) => Math.floor((day + 3 - weekStart) / 7),
    daysOf: (week, weekStart) => ({ first: week * 7 - 3 + weekStart, last: week * 7 + 3 + weekStart }),
  },
  MONTHLY: { cycle: CYCLE.months, numberOf: monthOf, daysOf: (month) => daysOfMonths(month, 1) },
  YEARLY: {
    cycle: CYCLE.years,
    numberOf: (day) => Math.floor(monthOf(day) / 12),
    daysOf: (year) => daysOfMonths(year * 12, 12),
  },
} satisfies Record<string, Unit>

function daysOfMonths(first: number, count: number): Days {
  return { first: startOf(first), last: startOf(first + count) - 1 }
}

/**
 * The first day of the rule counted from `start` that comes after `start` and not before `from`; undefined where there
 * is none until the end of 9999.
 *
 * It begins with the period that `from` is in, steps over months that are not meant, and looks at no more periods than
 * the calendar has different ones: that bounds the work for any rule and any days.
 */
export function nextDay(pattern: Pattern, start: number, from: number): number | undefined {
  const { frequency, interval } = pattern
  const { cycle }: Unit = units[frequency]
  return search(pattern, start, Math.max(start + 1, from), cycle / divisorOf(interval, cycle))
}

/** So many years in a row have each weekday on each date of a year, and of a leap year. */
const YEARS_OF_ALL_KINDS = 28

/** Whether any day of any year can meet the pattern. */
export function isPossible(pattern: Pattern): boolean {
  const { frequency, positions } = pattern
  const isEveryDay = positions.length === 0 || positions.some((position) => Math.abs(position) === 1)
  if (frequency === 'DAILY' && !isEveryDay) return false
  const { cycle }: Unit = units[frequency]
  const looks = Math.ceil((cycle * YEARS_OF_ALL_KINDS) / CYCLE.years)
  return search({ ...pattern, interval: 1 }, START_OF_1972, START_OF_1972, looks) !== undefined
}

const START_OF_1972 = 730

let looksTaken = 0

/**
 * How many periods, months and days were looked at since the process began. What a rule costs is told by these and not
 * by a clock, so that a test can hold it on any machine.
 */
export function looksSoFar(): number {
  return looksTaken
}

function search(pattern: Pattern, start: number, earliest: number, looks: number): number | undefined {
  const { frequency, interval, weekStart } = pattern
  const unit: Unit = units[frequency]
  const choice = choiceOf(pattern, start)
  const begun = unit.numberOf(start, weekStart)
  const stepsTo = (day: number) => Math.floor((unit.numberOf(day, weekStart) - begun) / interval)
  const first = stepsTo(earliest)
  for (let step = first; step <= first + looks; ) {
    looksTaken += 1
    const period = unit.daysOf(begun + step * interval, weekStart)
    if (period.first > LAST_DAY) return undefined
    const day = firstChosen(choice, period, earliest)
    if (day !== undefined) return day <= LAST_DAY ? day : undefined
    step = Math.max(step + 1, stepsTo(nextMeant(choice, period)))
  }
  return undefined
}

/** The first day after a period in a month that is meant; within the month that the period ends in, its last day. */
function nextMeant({ months }: Choice, { last }: Days): number {
  if (months === ALL) return last
  let month = monthOf(last)
  if (isMeant(months, month)) return last
  do {
    month += 1
    looksTaken += 1
  } while (!isMeant(months, month))
  return startOf(month)
}

const isMeant = (months: number, month: number) => ((months >> modulo(month, 12)) & 1) === 1

/** Which days of a period are meant; what the rule does not say of them, the day that it is counted from does. */
interface Choice {
  /** Months 0 to 11, days of the month, those from its end, and weekdays, a bit each. */
  months: number
  monthDays: number
  lastDays: number
  weekdays: number
  /** Of each weekday, and whether they are counted in a year. */
  nths: readonly (readonly number[])[] | undefined
  nthsAreOfYear: boolean
  /** Of the days of a period that are meant, which ones; empty for all. */
  positions: readonly number[]
}

const ALL = -1

function choiceOf({ frequency, ...parts }: Pattern, start: number): Choice {
  const hasDays = parts.monthDays.length + parts.weekdays.length > 0
  const inMonth = frequency === 'MONTHLY' || frequency === 'YEARLY'
  const month = monthOf(start)
  const ofYear = frequency === 'YEARLY' && !hasDays ? [modulo(month, 12) + 1] : []
  const monthDays = inMonth && !hasDays ? [start - startOf(month) + 1] : parts.monthDays
  const own = frequency === 'WEEKLY' && !hasDays ? [{ weekday: weekdayOf(start), nth: 0 }] : parts.weekdays
  const months = parts.months.length > 0 ? parts.months : ofYear
  return {
    months: months.length > 0 ? bits(months.map((each) => each - 1)) : ALL,
    monthDays: monthDays.length > 0 ? bits(monthDays.filter((day) => day > 0)) : ALL,
    lastDays: bits(monthDays.filter((day) => day < 0).map((day) => -day)),
    weekdays: own.length > 0 ? bits(own.filter(({ nth }) => nth === 0).map(({ weekday }) => weekday)) : ALL,
    nths: nthsOf(own),
    nthsAreOfYear: frequency === 'YEARLY' && parts.months.length === 0,
    // A day has no other place among those of its day.
    positions: frequency === 'DAILY' ? [] : parts.positions,
  }
}

function nthsOf(days: readonly WeekdayOf[]): number[][] | undefined {
  if (days.every(({ nth }) => nth === 0)) return undefined
  return [0, 1, 2, 3, 4, 5, 6].map((weekday) =>
    days.filter((day) => day.weekday === weekday && day.nth !== 0).map(({ nth }) => nth),
  )
}

function bits(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum | (1 << number), 0)
}

function firstChosen(choice: Choice, { first, last }: Days, earliest: number): number | undefined {
  const { positions } = choice
  if (last < earliest) return undefined
  // A single day is told by its weekday first: its month is more work.
  if (first === last && !isOnWeekday(choice, first)) return undefined
  if (positions.length === 0) return chosenDays(choice, Math.max(first, earliest), last, 1)[0]
  const days = chosenDays(choice, first, last, Number.POSITIVE_INFINITY)
  const placed = positions.map((position) => days.at(position > 0 ? position - 1 : position))
  const next = Math.min(...placed.filter((day) => day !== undefined && day >= earliest).map(Number))
  return Number.isFinite(next) ? next : undefined
}

/** Of the days from the first to the last, the first so many that are meant. */
function chosenDays(choice: Choice, first: number, last: number, count: number): number[] {
  const days: number[] = []
  let day = first
  for (let month = monthOf(first); day <= last; month += 1) {
    const begin = startOf(month)
    const end = startOf(month + 1)
    looksTaken += 1
    if (isMeant(choice.months, month)) {
      const whole = choice.nthsAreOfYear ? yearOf(month) : { first: begin, last: end - 1 }
      for (; day < end && day <= last; day += 1) {
        looksTaken += 1
        const isDay = ((choice.monthDays >> (day - begin + 1)) | (choice.lastDays >> (end - day))) & 1
        if (isDay === 1 && isOnWeekday(choice, day, whole) && days.push(day) === count) return days
      }
    }
    day = end
  }
  return days
}

function yearOf(month: number): Days {
  return daysOfMonths(month - modulo(month, 12), 12)
}

/** @param whole what the nth ones are counted in, where there are any. */
function isOnWeekday({ weekdays, nths }: Choice, day: number, whole?: Days): boolean {
  const weekday = weekdayOf(day)
  if (((weekdays >> weekday) & 1) === 1) return true
  const wanted = nths?.[weekday]
  if (wanted === undefined || wanted.length === 0 || whole === undefined) return false
  const fromStart = Math.floor((day - whole.first) / 7) + 1
  const fromEnd = Math.floor((whole.last - day) / 7) + 1
  return wanted.includes(fromStart) || wanted.includes(-fromEnd)
}

function divisorOf(a: number, b: number): number {
  return b === 0 ? a : divisorOf(b, a % b)
}
