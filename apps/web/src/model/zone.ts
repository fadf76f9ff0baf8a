import { twoDigits } from './day.ts'

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making a format costs a hundred times what using it does. */
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
    formats.set(zone, format)
  }
  return format
}

/** The clock on the wall in a zone: `2026-12-01T09:00`. */
export function wallClock(instant: number, zone: string): string {
  const part: Record<string, number> = {}
  for (const { type, value } of formatOf(zone).formatToParts(instant)) part[type] = Number(value)
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = part
  return `${year}-${twoDigits(month)}-${twoDigits(day)}T${twoDigits(hour)}:${twoDigits(minute)}`
}

export function todayIn(zone: string, instant: number): string {
  return wallClock(instant, zone).slice(0, 10)
}

/**
 * The instant at which the clock on the wall of a zone shows this. Where a change of clocks skips it, the instant that
 * would have shown it; where it comes twice, the first.
 */
export function instantOf(wall: string, zone: string): number {
  const asUtc = Date.parse(`${wall}:00Z`)
  const before = offsetAt(asUtc - 86_400_000, zone)
  const after = offsetAt(asUtc + 86_400_000, zone)
  const first = asUtc - before
  if (offsetAt(first, zone) === before) return first
  const second = asUtc - after
  return offsetAt(second, zone) === after ? second : first
}

function offsetAt(instant: number, zone: string): number {
  const minutes = Math.floor(instant / 60_000) * 60_000
  return Date.parse(`${wallClock(minutes, zone)}:00Z`) - minutes
}

/** A due time as the reader's clock shows it; a day, and a time without a zone, are the reader's own as they stand. */
export function inReadersZone(due: string, zone: string | undefined, readersZone: string): string {
  if (zone === undefined || due.length === 10 || zone === readersZone) return due
  return wallClock(instantOf(due, zone), readersZone)
}

export function isTimeZone(name: string): boolean {
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

/** The next midnight of a zone, when today becomes another day. */
export function nextMidnight(instant: number, zone: string): number {
  const today = todayIn(zone, instant)
  let low = instant
  let high = instant + 49 * 3_600_000
  while (high - low > 500) {
    const middle = Math.floor((low + high) / 2)
    if (todayIn(zone, middle) === today) low = middle
    else high = middle
  }
  return high
}

/** What a zone is ahead of UTC. */
export function offsetMinutes(instant: number, zone: string): number {
  return Math.round(offsetAt(instant, zone) / 60_000)
}
