import pg from 'pg'

const { INT8, TIMESTAMPTZ } = pg.types.builtins
const parseTimestamp: (text: string) => Date = pg.types.getTypeParser(TIMESTAMPTZ)
const isoBytes = '2026-11-22T10:00:00.000Z'.length

/**
 * How a row's columns arrive in JavaScript: timestamps as RFC 3339 text (a Date object would only be turned
 * into that again), 64-bit integers as numbers (all of ours stay far below 2^53).
 */
export const rowTypes: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === TIMESTAMPTZ) return timestampToRfc3339
    if (oid === INT8) return Number
    return pg.types.getTypeParser(oid, format)
  },
}

/** `2026-11-22 10:00:00.12+00` → `2026-11-22T10:00:00.120Z`; a session in another time zone takes the slow way. */
export function timestampToRfc3339(text: string): string {
  // The driver's own parser knows the offsets with seconds that zones had before their standard time.
  if (!text.endsWith('+00')) return parseTimestamp(text).toISOString()
  const seconds = `${text.slice(0, 10)}T${text.slice(11, -3)}`
  const withFraction = seconds.length === 19 ? `${seconds}.000` : `${seconds}000`
  return `${withFraction.slice(0, isoBytes - 1)}Z`
}
