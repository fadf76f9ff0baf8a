import { expect, test } from 'vitest'
import { timestampToRfc3339 } from '../src/database/row-types.ts'

test.each([
  ['2026-11-22 10:00:00+00', '2026-11-22T10:00:00.000Z'],
  ['2026-11-22 10:00:00.12+00', '2026-11-22T10:00:00.120Z'],
  ['2026-11-22 10:00:00.123456+00', '2026-11-22T10:00:00.123Z'],
  ['2026-11-22 15:30:00.12+05:30', '2026-11-22T10:00:00.120Z'],
  // Kolkata before its standard time: the offset has seconds, which Date does not read.
  ['1850-01-01 05:53:28+05:53:28', '1850-01-01T00:00:00.000Z'],
  ['0001-01-01 00:00:00+00', '0001-01-01T00:00:00.000Z'],
])('%s of a session in any time zone is %s', (text, rfc3339) => {
  expect(timestampToRfc3339(text)).toBe(rfc3339)
})
