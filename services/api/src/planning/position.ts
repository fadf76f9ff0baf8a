/**
 * Places in the order by hand: texts that are compared by code point, greatest on top. A task's place is its
 * `position`; never moved, it is its `created_at` as answers tell it (24 characters, `2026-11-26T09:00:00.000Z`).
 *
 * - A place is made of the characters below, which all stand for themselves in JSON and in a URL, and in ASCII, so that
 *   `collate "C"`, bytes and JavaScript agree on their order. Every `created_at` is made of them too.
 * - It is not empty, and does not end with the lowest of them: then there is always room below it.
 * - A new place is as short as fits between its neighbours. Each six moves into one gap make it one character longer.
 */
const alphabet = '-.0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz'
const LOWEST = '-'

/** Of a place, for schemas and checks; it says nothing of the length. */
export const PLACE_PATTERN = '^[-.0-9:A-Z_a-z]*[.0-9:A-Z_a-z]$'
const placePattern = new RegExp(PLACE_PATTERN)

/** `2026-11-26T09:00:00.000`: a text that goes on after that is below all that is created in a later millisecond. */
const MILLISECOND_LENGTH = 23

/**
 * A place above `below` and below `above`. Null is no neighbour on that side. Without one above, the new place still is
 * below all that will be created in a later millisecond than the time that `below` begins with.
 *
 * @throws {RangeError} for what is no place, and for neighbours of which the first is not the lower one.
 */
export function placeBetween(below: string | null, above: string | null): string {
  for (const place of [below, above]) {
    if (place !== null && !placePattern.test(place)) throw new RangeError('Not a place')
  }
  if (above !== null) {
    if (below !== null && below >= above) throw new RangeError('No place is between these two')
    return middle(below ?? '', above)
  }
  const fixed = (below ?? '').slice(0, MILLISECOND_LENGTH)
  return fixed + middle((below ?? '').slice(MILLISECOND_LENGTH), null)
}

/** A place above all that there is, and below what is created after `now` (the text of a `created_at`). */
export function placeOnTop(top: string | null, now: string): string {
  return placeBetween(top, top === null || top < now ? now : null)
}

/** As many places between the two, lowest first; as far from each other as they are short. */
export function placesBetween(below: string | null, above: string | null, count: number): string[] {
  if (count <= 0) return []
  const place = placeBetween(below, above)
  const lower = Math.floor((count - 1) / 2)
  return [...placesBetween(below, place, lower), place, ...placesBetween(place, above, count - 1 - lower)]
}

/** Of texts, a missing character counts as the lowest; `above` null is higher than any. */
function middle(below: string, above: string | null): string {
  const low = valueAt(below)
  if (above === null) return between(low, alphabet.length) ?? charOf(low) + middle(below.slice(1), null)
  const high = valueAt(above)
  if (low === high) return charOf(low) + middle(below.slice(1), above.slice(1))
  const char = between(low, high)
  if (char !== undefined) return char
  // The two are neighbours: the higher one, cut short, or else what begins as the lower one does.
  return above.length > 1 ? charOf(high) : charOf(low) + middle(below.slice(1), null)
}

const valueAt = (text: string) => Math.max(0, alphabet.indexOf(text.charAt(0) || LOWEST))
const charOf = (value: number) => alphabet.charAt(value)

/** The character in the middle of two others; undefined where none is between them. */
function between(low: number, high: number): string | undefined {
  return high - low > 1 ? charOf(Math.floor((low + high) / 2)) : undefined
}
