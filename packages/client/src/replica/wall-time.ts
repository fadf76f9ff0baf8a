const MINUTE_MILLISECONDS = 60_000

/**
 * A time as RFC 3339 with the offset of the clock on the wall, which tells on which day it was there.
 *
 * @param offsetMinutes east of Greenwich.
 */
export function wallTime(
  milliseconds: number,
  offsetMinutes = -new Date(milliseconds).getTimezoneOffset(),
): string {
  const wall = new Date(milliseconds + offsetMinutes * MINUTE_MILLISECONDS).toISOString().slice(0, -1)
  const size = Math.abs(offsetMinutes)
  const two = (number: number) => String(Math.floor(number)).padStart(2, '0')
  // Zero is +00:00: by -00:00 nobody knows where it was (RFC 3339 section 4.3).
  return `${wall}${offsetMinutes < 0 ? '-' : '+'}${two(size / 60)}:${two(size % 60)}`
}
