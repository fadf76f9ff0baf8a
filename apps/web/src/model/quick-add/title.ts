import type { Range } from './span.ts'

/** The line without the words that were understood, and without the spaces and commas that they leave behind. */
export function titleWithout(text: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return text.trim()
  let title = ''
  let at = 0
  for (const { start, end } of merged(ranges)) {
    title = joined(title, text.slice(at, start))
    at = end
  }
  return joined(title, text.slice(at))
    .replace(/\(\s*\)/gu, '')
    .replace(/[\s,;:–—-]+$/u, '')
    .trim()
}

function joined(left: string, right: string): string {
  return /(?:^|\s)$/u.test(left) ? left + right.trimStart() : left + right
}

function merged(ranges: readonly Range[]): Range[] {
  const result: Range[] = []
  for (const range of ranges.toSorted((one, other) => one.start - other.start)) {
    const last = result.at(-1)
    if (last !== undefined && range.start <= last.end) last.end = Math.max(last.end, range.end)
    else result.push({ ...range })
  }
  return result
}
