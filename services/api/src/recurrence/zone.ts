/**
 * The clock on the wall of a time zone, by the zones that the runtime knows: milliseconds since the epoch as they would
 * be if the zone were UTC.
 */
function wallClockIn(zone: string, instant: number): number {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, calendar: 'iso8601', numberingSystem: 'latn', hourCycle: 'h23', era: 'short' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  })
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]))
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
}

/** The date there, at an instant. */
export function dateIn(zone: string, instant: number): string {
  return new Date(wallClockIn(zone, instant)).toISOString().slice(0, 10)
}

const DAY_MILLISECONDS = 86_400_000

/**
 * The instant at which the clock of a zone shows a time, `2026-12-01T09:00`. One that it shows twice is the first of
 * them, and one that it skips is told by the offset before (RFC 5545 section 3.3.5).
 */
export function instantIn(zone: string, time: string): number {
  const wanted = Date.parse(`${time}Z`)
  const offsetAt = (instant: number) => wallClockIn(zone, instant) - instant
  const before = wanted - offsetAt(wanted - DAY_MILLISECONDS)
  const after = wanted - offsetAt(wanted + DAY_MILLISECONDS)
  const isShown = (instant: number) => wallClockIn(zone, instant) === wanted
  return !isShown(before) && isShown(after) ? after : before
}
