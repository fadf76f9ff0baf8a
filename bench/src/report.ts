import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Sample } from './measure.ts'
import { serverSettings } from './server.ts'
import { type SyncReport, syncSection, tableText } from './sync-report.ts'

export interface Measurement extends Sample {
  endpoint: string
  connections: number
  subject: string
}

export interface Report {
  engine: 'postgres' | 'embedded'
  database: string
  started: Date | string
  rounds: number
  seconds: number
  measurements: Measurement[]
  deep: Measurement[]
}

/** Rates are a second, times are milliseconds. */
export interface Overload {
  started: Date | string
  database: string
  /** How the machine's cores were shared. */
  cores: string
  seconds: number
  rows: {
    load: string
    /** Of the capacity, how much was offered. */
    factor: number
    capacity: number
    offered: number
    accepted: number
    refused: number
    wrong: number
    p50: number
    p99: number
    refusedP99: number
    /** How late the load itself was, at the 99th percentile. */
    lag: number
    /** It was so late that the row says nothing of the service. */
    isVoid: boolean
  }[]
}

const folder = fileURLToPath(new URL('../../../', import.meta.url))
const engines = ['postgres', 'embedded'] as const
const columns = [
  'endpoint',
  'conns',
  'who',
  'req/s',
  'p50 ms',
  'p95 ms',
  'p99 ms',
  'API µs',
  'DB µs',
  'sum µs',
  'of limit',
]

/** Lines the table up for a terminal. */
export function printTable({ measurements, deep }: Report): void {
  const rows = [columns, ...[measurements, deep].flatMap(toRows)]
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 || column === 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    )
    process.stdout.write(`${cells.join('  ')}\n`)
  }
}

/** The figures as JSON, and RESULTS.md of the latest figures of both engines. */
export function writeReport(report: Report): void {
  writeFigures(jsonFile(report.engine), report)
}

/** The same for what was measured under overload. */
export function writeOverload(overload: Overload): void {
  writeFigures(overloadFile, overload)
}

/** What the web app was measured at, beside its budget. */
export interface WebReport {
  browser: string
  started: Date | string
  figures: WebFigure[]
}

export interface WebFigure {
  what: string
  budget: string
  figure: string
}

/** The same for the web app. */
export function writeWebReport(report: WebReport): void {
  writeFigures(webFile, report)
}

export function writeSyncReport(report: SyncReport): void {
  writeFigures(syncFile, report)
}

function writeFigures(file: string, figures: object): void {
  const described = { ...figures, machine: describeMachine(), commit: describeCommit() }
  writeFileSync(file, `${JSON.stringify(described, null, 2)}\n`)
  const sections = engines.filter((engine) => existsSync(jsonFile(engine))).map(section)
  if (existsSync(overloadFile)) sections.push(overloadSection())
  if (existsSync(syncFile)) sections.push(syncSection(JSON.parse(readFileSync(syncFile, 'utf8'))))
  if (existsSync(webFile)) sections.push(webSection())
  writeFileSync(`${folder}RESULTS.md`, `${introduction}\n${sections.join('\n')}`)
}

const jsonFile = (engine: Report['engine']) => `${folder}results.${engine}.json`
const overloadFile = `${folder}results.overload.json`
const webFile = `${folder}results.web.json`
const syncFile = `${folder}results.sync.json`

function webSection(): string {
  const report: WebReport & { machine: string; commit: string } = JSON.parse(readFileSync(webFile, 'utf8'))
  const rows = report.figures.map(({ what, figure, budget }) => `| ${what} | ${figure} | ${budget} |\n`)
  return `## The web app

- ${report.started}, commit ${report.commit}
- ${report.machine}, ${report.browser}; the service, its embedded database and the browser on the same cores

| what | measured | budget |
| --- | ---: | ---: |
${rows.join('')}`
}

function overloadSection(): string {
  const {
    started,
    database,
    cores,
    seconds,
    rows,
    machine,
    commit,
  }: Overload & { machine: string; commit: string } = JSON.parse(readFileSync(overloadFile, 'utf8'))
  const heads = [
    'load',
    'capacity/s',
    'offered/s',
    'accepted/s',
    'refused/s',
    'other answers',
    'p50 ms',
    'p99 ms',
    'p99 ms of a 503',
    'load late by, p99 ms',
  ]
  const cells = rows.map(
    ({ load, factor, capacity, offered, accepted, refused, wrong, p50, p99, refusedP99, lag, isVoid }) => [
      `${load}, ${factor} of the capacity${isVoid ? ' (void)' : ''}`,
      ...[capacity, offered, accepted, refused, wrong, p50, p99, refusedP99, lag].map((figure) =>
        figure.toFixed(0),
      ),
    ],
  )
  return `## More than can be answered

Written by \`npm run bench -- overload\`. The capacity is what 64 connections get that wait for each answer, once the service
is warm. Then requests come at a rate, whether answers come or not, for ${seconds} s; times count from when a request was due,
and are of those that were accepted. A row is void if the load itself was more than 25 ms late: it says nothing of the service.

- ${started}, commit ${commit}
- ${machine}; ${cores}
- ${database}, durable as by default, ${serverSettings.join(', ')}

${tableText({ heads, rows: cells })}`
}

const introduction = `# What it costs

Written by \`npm run bench\`; do not edit. How it is measured is in [README.md](README.md).

CPU is a request's share in microseconds, by the operating system's accounting: of the API's process, and of all
processes of the database. It is the figure that other work on the machine disturbs least. The limit is PostgreSQL
alone, given the same statements by pgbench.
`

function section(engine: Report['engine']): string {
  const report: Report & { machine: string; commit: string } = JSON.parse(
    readFileSync(jsonFile(engine), 'utf8'),
  )
  const { database, machine, commit, started, rounds, seconds } = report
  return `## ${database}

- ${started}, commit ${commit}
- ${machine}
- ${engine === 'postgres' ? `Durable as by default (fsync, synchronous_commit), ${serverSettings.join(', ')}` : 'In the API process: DB is in API'}
- Medians of ${rounds} rounds of ${seconds} s

${markdown(report.measurements)}
### Long lists

${markdown(report.deep)}`
}

function markdown(measurements: readonly Measurement[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
  const rule = columns.map((_, column) => (column === 0 || column === 2 ? '---' : '---:'))
  return [columns, rule, ...toRows(measurements)].map(line).join('')
}

function toRows(measurements: readonly Measurement[]): string[][] {
  const sameLoad = (a: Measurement, b: Measurement) =>
    a.endpoint === b.endpoint && a.connections === b.connections
  return measurements.map((row) => {
    const limit = measurements.find((other) => other.subject === 'limit' && sameLoad(row, other))
    const ratio =
      limit === undefined || row === limit ? '' : (row.requestsPerSecond / limit.requestsPerSecond).toFixed(2)
    const { p50, p95, p99, apiCpu, databaseCpu } = row
    return [
      ...[row.endpoint, String(row.connections), row.subject, row.requestsPerSecond.toFixed(0)],
      ...[p50, p95, p99].map((time) => time.toFixed(2)),
      ...[apiCpu, databaseCpu, apiCpu + databaseCpu].map((time) => time.toFixed(0)),
      ratio,
    ]
  })
}

function describeMachine(): string {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} × ${cpu?.model.trim()}, ${memory} GiB, Linux ${release()}, Node ${process.version}`
}

function describeCommit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim()
  try {
    const isChanged = git('status', '--porcelain', '--untracked-files=no') !== ''
    return git('rev-parse', '--short', 'HEAD') + (isChanged ? ' with changes' : '')
  } catch {
    return 'unknown'
  }
}
