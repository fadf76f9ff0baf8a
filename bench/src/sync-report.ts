export type Recorded<Figures> = Figures & { machine: string; commit: string }

/** A large import and the first sync of it, on each engine. */
export interface SyncReport {
  started: Date | string
  tasks: number
  engines: { database: string; tables: Table[] }[]
}

export interface Table {
  heads: string[]
  rows: string[][]
}

export function tableText({ heads, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
  return [heads, heads.map((_, column) => (column === 0 ? '---' : '---:')), ...rows].map(line).join('')
}

/** Its part of RESULTS.md. */
export function syncSection({ started, tasks, engines, machine, commit }: Recorded<SyncReport>): string {
  const sections = engines.map(
    ({ database, tables }) => `### ${database}\n\n${tables.map(tableText).join('\n')}`,
  )
  return `## Many tasks at once

Written by \`npm run bench -- sync\`: ${tasks.toLocaleString('en')} tasks are imported, and then a device that has none of them fetches
them all. CPU is of the service and its database.

- ${started}, commit ${commit}
- ${machine}

${sections.join('\n')}`
}
