/**
 * Days and wall-clock times as text: `2026-12-01` and `2026-12-01T09:00`. A day is never a midnight, so no zone and no
 * change of clocks can move it; the arithmetic below is on the calendar alone.
 */
const DAY_MILLISECONDS = 86_400_000

/** Midnight UTC of the day, for arithmetic only. */
function daysSinceEpoch(day: string): number {
  return Date.parse(`${day.slice(0, 10)}T00:00:00Z`) / DAY_MILLISECONDS
}

export function addDays(day: string, count: number): string {
  return dayOfUtc(new Date((daysSinceEpoch(day) + count) * DAY_MILLISECONDS))
}

export function daysBetween(from: string, to: string): number {
  return daysSinceEpoch(to) - daysSinceEpoch(from)
}

/** ISO 8601: 1 is Monday, 7 is Sunday. */
export function weekdayOf(day: string): number {
  // 1 January 1970 was a Thursday.
  return ((((daysSinceEpoch(day) + 3) % 7) + 7) % 7) + 1
}

export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/** The day of these numbers, or undefined where no calendar has it, such as 30 February. */
export function dayOf(year: number, month: number, day: number): string | undefined {
  if (month < 1 || month > 12 || day < 1 || year < 1970 || year > 9999) return undefined
  if (day > daysInMonth(year, month)) return undefined
  return `${year}-${twoDigits(month)}-${twoDigits(day)}`
}

export function partsOf(day: string): { year: number; month: number; day: number } {
  return { year: Number(day.slice(0, 4)), month: Number(day.slice(5, 7)), day: Number(day.slice(8, 10)) }
}

export function hasTime(due: string): boolean {
  return due.length > 10
}

export function timeOf(due: string): string | undefined {
  return hasTime(due) ? due.slice(11, 16) : undefined
}

export function withTime(day: string, time: string | undefined): string {
  return time === undefined || time === '' ? day.slice(0, 10) : `${day.slice(0, 10)}T${time}`
}

export function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}

/** The calendar day of a Date's UTC fields. */
export function dayOfUtc(date: Date): string {
  return date.toISOString().slice(0, 10)
}
