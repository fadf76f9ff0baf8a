/** What became of the isolation run with one statement's walls taken down. */
export interface Row {
  statement: string
  withoutOwner: Verdict
  withoutPolicy: Verdict
  withoutBoth: Verdict
}

export interface Verdict {
  /** Whether it is what it must be. */
  good: boolean
  text: string
}

const headings = ['statement', 'no owner clause', 'no policy', 'neither']
const SHOWN = 150

export function asTable(rows: readonly Row[]): string {
  const lines = [
    headings,
    ...rows.map(({ statement, withoutOwner, withoutPolicy, withoutBoth }) => [
      statement,
      ...[withoutOwner, withoutPolicy, withoutBoth].map(
        ({ good, text }) => `${good ? '' : 'WRONG: '}${text.replace(/\s+/g, ' ').slice(0, SHOWN)}`,
      ),
    ]),
  ]
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
