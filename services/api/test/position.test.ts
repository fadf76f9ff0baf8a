import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PLACE_PATTERN, placeBetween, placeOnTop, placesBetween } from '../src/planning/position.ts'

const MOVES = 1000
const alphabet = '-.0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz'
const pattern = new RegExp(PLACE_PATTERN)

const created = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString())
const moved = fc
  .string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 30 })
  .filter((text) => pattern.test(text))
/** Near to each other, so that they often share how they begin. */
const place = fc.oneof(
  created,
  moved,
  fc.tuple(created, moved).map(([time, text]) => time + text),
  fc.constantFrom(
    '2026-11-26T09:00:00.000Z',
    '2026-11-26T09:00:00.001Z',
    '2026-11-26T09:00:00.00',
    '--.',
    '.',
  ),
)
const two = fc
  .tuple(place, place)
  .filter(([a, b]) => a !== b)
  .map(([a, b]): [string, string] => (a < b ? [a, b] : [b, a]))

const nextMillisecond = (time: string) => new Date(Date.parse(time) + 1).toISOString()

test('the alphabet stands in the order of its code points, and has all that a created_at is made of', () => {
  expect([...alphabet].sort().join('')).toBe(alphabet)
  fc.assert(fc.property(created, (time) => pattern.test(time)))
})

test('between any two places there is another, which is a place too', () => {
  fc.assert(
    fc.property(two, ([below, above]) => {
      const made = placeBetween(below, above)
      expect(made > below && made < above).toBe(true)
      expect(made).toMatch(pattern)
      expect(made.length).toBeLessThanOrEqual(Math.max(below.length, above.length) + 1)
    }),
    { numRuns: 5_000 },
  )
})

test('below any place, and on any place, there is another', () => {
  fc.assert(
    fc.property(place, (only) => {
      const [lower, higher] = [placeBetween(null, only), placeBetween(only, null)]
      expect(lower < only && only < higher).toBe(true)
      expect([lower, higher].every((made) => pattern.test(made))).toBe(true)
    }),
    { numRuns: 5_000 },
  )
})

test('the first place of an empty order is a place', () => {
  expect(placeBetween(null, null)).toMatch(pattern)
})

test('a place on top is above all that there is, and below what is created in a later millisecond', () => {
  fc.assert(
    fc.property(created, created, (top, now) => {
      const made = placeOnTop(top, now)
      expect(made > top).toBe(true)
      expect(made < nextMillisecond(top > now ? top : now)).toBe(true)
    }),
  )
})

test('whoever moves a thousand tasks to the top within one millisecond stays below the next', () => {
  const now = '2026-11-26T09:00:00.000Z'
  let top = now
  for (let move = 0; move < MOVES; move += 1) {
    const made = placeOnTop(top, now)
    expect(made > top && made < nextMillisecond(now)).toBe(true)
    top = made
  }
  expect(top.length).toBeLessThan(200)
})

test('with a clock that moves, the places on top stay as short as a time', () => {
  let top = '2026-11-26T09:00:00.000Z'
  for (let move = 1; move <= MOVES; move += 1) {
    top = placeOnTop(top, new Date(Date.parse('2026-11-26T09:00:00.000Z') + move * 700).toISOString())
    expect(top.length).toBeLessThanOrEqual(25)
  }
})

/** What takes the longest places: which side of the new place the next move goes to. */
const habits: Record<string, (move: number) => boolean> = {
  'always above': () => true,
  'always below': () => false,
  alternately: (move) => move % 2 === 0,
  'two by two': (move) => move % 4 < 2,
  'six by six': (move) => move % 12 < 6,
}

function longestAfterMoves(below: string | null, above: string | null, goesUp: (move: number) => boolean) {
  let [low, high] = [below, above]
  let longest = 0
  for (let move = 0; move < MOVES; move += 1) {
    const made = placeBetween(low, high)
    longest = Math.max(longest, made.length)
    if (goesUp(move)) low = made
    else high = made
  }
  return longest
}

const gaps: [string, string | null, string | null][] = [
  ['of a millisecond', '2026-11-26T09:00:00.000Z', '2026-11-26T09:00:00.001Z'],
  ['of a millisecond that carries', '2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00.000Z'],
  ['of a year', '2025-11-26T09:00:00.000Z', '2026-11-26T09:00:00.000Z'],
  ['below all', null, '2026-11-26T09:00:00.000Z'],
  ['above all', '2026-11-26T09:00:00.000Z', null],
]

test.each(gaps)('a thousand moves into a gap %s keep a position under 200 characters', (_, below, above) => {
  for (const [habit, goesUp] of Object.entries(habits)) {
    expect(longestAfterMoves(below, above, goesUp), habit).toBeLessThan(200)
  }
  fc.assert(
    fc.property(fc.infiniteStream(fc.boolean()), (sides) => {
      const goesUp = () => sides.next().value ?? true
      expect(longestAfterMoves(below, above, goesUp)).toBeLessThan(200)
    }),
    { numRuns: 20 },
  )
})

/** Whoever looks four moves ahead and takes the way to the longest place. */
test('nor does anybody who chooses each gap so that the next places are longest get beyond', () => {
  const [first, last] = ['2026-11-26T09:00:00.000Z', '2026-11-26T09:00:00.001Z']
  let [low, high] = [first, last]
  for (let move = 0; move < MOVES; move += 1) {
    const made = placeBetween(low, high)
    expect(made.length).toBeLessThan(200)
    if (longestAhead(made, high, 4) > longestAhead(low, made, 4)) low = made
    else high = made
  }
})

function longestAhead(low: string, high: string, moves: number): number {
  const made = placeBetween(low, high)
  if (moves === 1) return made.length
  return Math.max(longestAhead(made, high, moves - 1), longestAhead(low, made, moves - 1))
}

test('as many places as are wanted are between the two, in order, and short', () => {
  fc.assert(
    fc.property(two, fc.nat(150), ([below, above], count) => {
      const made = placesBetween(below, above, count)
      expect(made).toHaveLength(count)
      const all = [below, ...made, above]
      expect(all).toEqual([...new Set(all)].sort())
      const longest = Math.max(0, ...made.map(({ length }) => length))
      expect(longest).toBeLessThanOrEqual(Math.max(below.length, above.length) + 8)
    }),
  )
  expect(placesBetween('2026-11-26T09:00:00.000Z', null, 3)).toHaveLength(3)
})

test('what is no place, and a pair in the wrong order, are refused', () => {
  for (const text of ['', 'a-', '-', 'é', 'a b', 'a"b']) {
    expect(() => placeBetween(text, null), text).toThrow(RangeError)
    expect(() => placeBetween(null, text), text).toThrow(RangeError)
  }
  expect(() => placeBetween('b', 'a')).toThrow(RangeError)
  expect(() => placeBetween('a', 'a')).toThrow(RangeError)
})
