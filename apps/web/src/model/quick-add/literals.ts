import { LITERAL, mask, type Range } from './span.ts'

/** Quoted text, addresses of pages and of people. An apostrophe opens no quote. */
const NEVER_PARSED = /"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|\p{L}+:\/\/\S+|www\.\S+|\S+@\S+\.\S+/giu

export function maskLiterals(text: string, dismissed: readonly Range[]): string {
  const found = [...text.matchAll(NEVER_PARSED)].map(({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
  }))
  return mask(text, [...found, ...dismissed], LITERAL)
}

/**
 * Where ranges stand after the line was edited; one whose own words were edited is gone. The edit is what lies between
 * the beginning and the end that both lines have in common.
 */
export function afterEdit(ranges: readonly Range[], before: string, after: string): Range[] {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && before[head] === after[head]) head += 1
  let tail = 0
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1
  const shift = after.length - before.length
  return ranges.flatMap(({ start, end }) => {
    if (end <= head && !continuesWord(after, end)) return [{ start, end }]
    if (start >= before.length - tail) return [{ start: start + shift, end: end + shift }]
    return []
  })
}

function continuesWord(text: string, end: number): boolean {
  return /^[\p{L}\p{N}]/u.test(text.slice(end))
}
