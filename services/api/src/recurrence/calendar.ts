/**
 * The Gregorian calendar in whole numbers: days since 1 January 1970 and months since January 1970. No clock and no
 * time zone has a say in them.
 */
const DAY_MILLISECONDS = 86_400_000
/** After so many, the calendar is where it was, weekdays included. */
export const CYCLE = { days: 146_097, weeks: 20_871, months: 4_800, years: 400 }

/** The first and the last day that a due can have. */
export const FIRST_DAY = 0
export const LAST_DAY = dayOf('9999-12-31')

const monthStarts = Int32Array.from(
  { length: CYCLE.months },
  (_, index) => Date.UTC(1970, index) / DAY_MILLISECONDS,
)

/** @param text a date such as `2026-12-01`, alone or with more behind it. */
export function dayOf(text: string): number {
  return Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / DAY_MILLISECONDS
}

export function textOf(day: number): string {
  return new Date(day * DAY_MILLISECONDS).toISOString().slice(0, 10)
}

/** Monday is 0. The epoch was a Thursday. */
export function weekdayOf(day: number): number {
  return modulo(day + 3, 7)
}

/** The first day of a month. */
export function startOf(month: number): number {
  const cycles = Math.floor(month / CYCLE.months)
  return (monthStarts[modulo(month, CYCLE.months)] ?? 0) + cycles * CYCLE.days
}

export function monthOf(day: number): number {
  // No month is further from an even division of the cycle than a few days.
  let month = Math.floor((day * CYCLE.months) / CYCLE.days)
  while (startOf(month) > day) month -= 1
  while (startOf(month + 1) <= day) month += 1
  return month
}

export function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor
}
