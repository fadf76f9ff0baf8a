import { PRIORITIES } from '../task.ts'
import type { Span } from './span.ts'

const PRIORITY = /(?<=^|\s)p([123])(?=$|[\s.,;!?])/iu
const TAG = /(?<=^|\s)#([\p{L}\p{N}][\p{L}\p{M}\p{N}_/&+-]{0,49})(?=$|[\s.,;:!?)])/gu
const MAXIMUM_TAGS = 20
const BY_NUMBER: Record<string, number> = { 1: PRIORITIES.high, 2: PRIORITIES.medium, 3: PRIORITIES.low }

/** The first `p1`, `p2` or `p3`; a second one stays a word. */
export function findPriority(masked: string): Span[] {
  const match = PRIORITY.exec(masked)
  const priority = BY_NUMBER[match?.[1] ?? '']
  if (match === null || priority === undefined) return []
  return [
    { kind: 'priority', priority, ranges: [{ start: match.index, end: match.index + match[0].length }] },
  ]
}

/** Each `#tag`, but not `#42`, which is a number of something. Written as it is known already, if it is. */
export function findTags(masked: string, known: readonly string[]): Span[] {
  const spans: Span[] = []
  const seen = new Set<string>()
  for (const { index, 0: whole, 1: written = '' } of masked.matchAll(TAG)) {
    const tag = known.find((other) => fold(other) === fold(written)) ?? written
    if (/^\p{N}+$/u.test(written) || seen.has(tag) || seen.size === MAXIMUM_TAGS) continue
    seen.add(tag)
    spans.push({ kind: 'tag', tag, ranges: [{ start: index, end: index + whole.length }] })
  }
  return spans
}

function fold(tag: string): string {
  return tag.normalize('NFKC').toLowerCase()
}
