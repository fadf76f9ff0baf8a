import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where each test leaves its row of the table. */
    rows: string
  }
}

export interface Row {
  fault: string
  tried: number
  acknowledged: number
  lost: number
  wrong: number
  slowestMilliseconds: number | undefined
  /** From the end of the fault to the last request that failed, or the first that did not. */
  recoveredMilliseconds: number | undefined
  /** Of what needs no database: `/livez`, and the 401 for no token and for a bad one. */
  aliveMilliseconds?: number | undefined
}

/** Prints one table of all that was tried. */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'tasklane-faults-'))
  project.provide('rows', folder)
  return () => {
    const rows = readdirSync(folder).map((name): Row => JSON.parse(readFileSync(join(folder, name), 'utf8')))
    rmSync(folder, { recursive: true })
    if (rows.length > 0) process.stdout.write(`\n${asTable(rows)}\n`)
  }
}

const heads = [
  'fault',
  'tried',
  'acknowledged',
  'lost',
  'wrong',
  'slowest answer',
  'recovered in',
  'slowest /livez or 401',
]

function asTable(rows: readonly Row[]): string {
  const seconds = (milliseconds: number | null | undefined) =>
    typeof milliseconds === 'number' ? `${(milliseconds / 1000).toFixed(2)} s` : ''
  const cells = rows.map((row) => [
    row.fault,
    ...[row.tried, row.acknowledged, row.lost, row.wrong].map(String),
    seconds(row.slowestMilliseconds),
    seconds(row.recoveredMilliseconds),
    seconds(row.aliveMilliseconds),
  ])
  const line = (parts: readonly string[]) => `| ${parts.join(' | ')} |`
  return [line(heads), line(['---', ...heads.slice(1).map(() => '---:')]), ...cells.map(line)].join('\n')
}
