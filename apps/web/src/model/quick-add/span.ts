import type { Rule } from '../recurrence.ts'

/** Positions in the line, end exclusive. */
export interface Range {
  start: number
  end: number
}

export type Understood =
  | { kind: 'due'; due: string }
  | { kind: 'repeats'; rule: Rule; from: 'due' | 'completed' }
  | { kind: 'priority'; priority: number }
  | { kind: 'tag'; tag: string }

/** What was understood, and the words that it was understood from, which leave the title. */
export type Span = Understood & { ranges: readonly Range[] }

/** Stands for words that were understood: what comes before them ends a phrase. */
export const UNDERSTOOD = '\u0001'
/** Stands for words that are never parsed. */
export const LITERAL = '\u0002'

/** The same length, so that positions hold. */
export function mask(text: string, ranges: readonly Range[], mark: string): string {
  let masked = text
  for (const { start, end } of ranges) {
    masked = masked.slice(0, start) + mark.repeat(end - start) + masked.slice(end)
  }
  return masked
}

/** Whether nothing that belongs to a sentence comes after: the end, or other words that were understood. */
export function endsPhrase(masked: string, end: number): boolean {
  return /^[\s.,;!?)]*(?:\u0001|$)/u.test(masked.slice(end))
}

/** No part of a longer word, of a path, or of a possessive: `Friday's report` has no due date. */
export function standsAlone(masked: string, { start, end }: Range): boolean {
  const before = masked.slice(0, start)
  const after = masked.slice(end)
  return (
    !/[\p{L}\p{N}_/#$@.'’+-]$/u.test(before) && !/^(?:[\p{L}\p{N}_/%+-]|['’][\p{L}]|\.\p{N})/u.test(after)
  )
}

export function wordBefore(masked: string, start: number): string {
  return /([\p{L}\p{N}]+)\s*$/u.exec(masked.slice(0, start))?.[1]?.toLowerCase() ?? ''
}

/** The words that lead to a date go with it, or `Pay rent by` would be left. */
export function withPreposition(masked: string, range: Range): Range {
  const before = masked.slice(0, range.start)
  const leading =
    /(?<![\p{L}\p{N}])(?:(?:due|by|on|at|for|before|until|till|from|starting|in)\s+){1,2}(?:the\s+)?$|(?<![\p{L}\p{N}])the\s+$/iu
  const found = leading.exec(before)?.[0] ?? ''
  return { start: range.start - found.length, end: range.end }
}
