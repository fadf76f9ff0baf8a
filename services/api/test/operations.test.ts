import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { startTestApp, type TestApp } from './support/app.ts'
import { type Exposition, readExposition } from './support/exposition.ts'
import { type LogText, logTextsIn } from './support/log-texts.ts'
import { readExpression } from './support/promql.ts'
import { readRepositoryFile, repository } from './support/repository.ts'

const page = readRepositoryFile('docs/operations.md')

/** The rows of the tables below a heading, each with its cells. */
function rowsBelow(heading: string): string[][] {
  const section = page.split(/^(?=#{2,3} )/m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('|--'))
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

const quotedIn = (text = '') => [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)

let app: TestApp
let exported: Exposition
beforeAll(async () => {
  app = await startTestApp()
  exported = await exportedBy(app)
})
afterAll(() => app.close())

/** All that it exports, once it has counted a request and a collection of garbage, whose labels come with the first. */
async function exportedBy({ anonymous, url }: TestApp): Promise<Exposition> {
  await anonymous.get('/livez')
  const text = async () => (await fetch(`${url}/metrics`)).text()
  for (;;) {
    leaveGarbage()
    const exposition = await text()
    if (exposition.includes('nodejs_gc_duration_seconds_count{kind=')) return readExposition(exposition)
  }
}

function leaveGarbage(): number {
  return Array.from({ length: 1_000_000 }, (_, index) => ({ index })).length
}

describe('the page for operators', () => {
  test('has every metric that the service exports, and no other', () => {
    const documented = rowsBelow('### Metrics').flatMap(([names]) => quotedIn(names))
    expect(documented).toContain('http_request_duration_seconds')
    expect(documented.toSorted()).toEqual(exported.names.toSorted())
  })

  test('has every line that the service logs, with its level, and no other', () => {
    const rows = rowsBelow('### Lines of the log').map(([level, text]) => ({
      level: level ?? '',
      text: quotedIn(text)[0] ?? '',
    }))
    const documented = rows.filter(({ text }) => text !== '')
    expect(documented.map(spelled).toSorted()).toEqual([...new Set(loggedBySource().map(spelled))].toSorted())
  })

  test('has every exit code of the service', () => {
    const documented = rowsBelow('### Exit codes').flatMap(([code]) => quotedIn(code))
    const used = sources().flatMap((source) =>
      [...source.matchAll(/process\.exit(?:\(|Code = )(\d+)/g)].map(([, code = '']) => code),
    )
    expect(documented).toContain('0')
    expect([...new Set(used)].filter((code) => !documented.includes(code))).toEqual([])
  })
})

interface Rule {
  alert: string
  expr: string
  labels: Record<string, string>
  annotations: { summary: string; runbook: string }
}

const rules: Rule[] = parse(readRepositoryFile('deploy/prometheus/rules.yaml')).groups.flatMap(
  (group: { rules: Rule[] }) => group.rules,
)

interface Panel {
  id: number
  title: string
  gridPos: { x: number; y: number; w: number; h: number }
  targets: { expr: string }[]
}

const dashboard: { panels: Panel[] } = JSON.parse(readRepositoryFile('deploy/grafana/dashboard.json'))

/** With values in place of Grafana's variables. */
const shown = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => ({
    of: title,
    expr: expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$\w+/g, 'value'),
  })),
)

describe('an alert', () => {
  test('leads to a heading of the page, and stands in its table', () => {
    const headings = [...page.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))
    const rows = rowsBelow('### Alerts').flatMap(([alert, , leads = '']) =>
      quotedIn(alert).map((name): [string, string] => [name, leads]),
    )
    const documented = new Map(rows)
    expect([...documented.keys()]).toEqual(rules.map(({ alert }) => alert))
    for (const { alert, annotations } of rules) {
      const [file, anchor = ''] = annotations.runbook.split('#')
      expect(file).toBe('docs/operations.md')
      expect(headings, alert).toContain(anchor)
      expect(documented.get(alert), alert).toContain(`(#${anchor})`)
    }
  })

  test('pages somebody or makes a ticket, and says what it saw', () => {
    for (const { alert, labels, annotations } of rules) {
      expect(['page', 'ticket'], alert).toContain(labels.severity)
      expect(annotations.summary, alert).toMatch(/\{\{ \$(?:labels|value)/)
    }
  })

  test('is tried by promtool, as it is to speak and as it is to be silent', () => {
    const { tests } = parse(readRepositoryFile('deploy/prometheus/tests.yaml'))
    for (const { alert_rule_test: tried } of tests) {
      const alerts = tried.map(({ alertname }: { alertname: string }) => alertname)
      expect(alerts.toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted())
    }
  })
})

describe('the rules and the dashboard', () => {
  /** Prometheus's own, which every series has. */
  const added = ['job', 'instance']

  test.each([
    ['the rules', rules.map(({ alert, expr }) => ({ of: alert, expr }))],
    ['the dashboard', shown],
  ])('%s ask for metrics and labels that the service has', (_, expressions) => {
    expect(expressions.length).toBeGreaterThan(10)
    const wrong = expressions.flatMap(({ of, expr }) => {
      const { selectors, grouping } = readExpression(expr)
      const known = new Map([...exported.series, ['up', []]])
      const labels = new Set([...added, ...selectors.flatMap(({ metric }) => known.get(metric) ?? [])])
      const unknown = selectors.flatMap((selector) =>
        known.has(selector.metric)
          ? selector.labels.filter(
              (label) => !added.includes(label) && !known.get(selector.metric)?.includes(label),
            )
          : [selector.metric],
      )
      return [...unknown, ...grouping.filter((label) => !labels.has(label))].map((name) => `${of}: ${name}`)
    })
    expect(wrong).toEqual([])
  })

  test('an expression with another metric or label, or none that can be read, would be seen', () => {
    expect(readExpression('sum by (le) (rate(a_total{job="x", other=~"y"}[5m])) / b')).toEqual({
      selectors: [
        { metric: 'a_total', labels: ['job', 'other'] },
        { metric: 'b', labels: [] },
      ],
      grouping: ['le'],
    })
    expect(() => readExpression('sum(rate(a_total[5m])')).toThrow('No PromQL')
    expect(exported.series.get('http_request_duration_seconds_bucket')?.toSorted()).toEqual([
      'le',
      'method',
      'route',
      'status',
    ])
  })

  test('no two panels of the dashboard have one number or one place', () => {
    const { panels } = dashboard
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const overlapping = panels.filter((panel, index) =>
      panels.slice(index + 1).some((other) => overlap(panel.gridPos, other.gridPos)),
    )
    expect(overlapping.map(({ title }) => title)).toEqual([])
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24).map(({ title }) => title)).toEqual([])
  })
})

function overlap(a: Panel['gridPos'], b: Panel['gridPos']): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')

function spelled({ level, text }: LogText): string {
  return `${level} ${text}`
}

/** The lines of the service, and of the library that ends it. */
function loggedBySource(): LogText[] {
  return sources()
    .flatMap(logTextsIn)
    .filter(({ text }) => text !== undefined)
}

/** What the service is made of, as text. */
function sources(): string[] {
  const folder = `${repository}services/api/src`
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )
  const library = `${repository}node_modules/close-with-grace/index.js`
  return [...files.map((name) => `${folder}/${name}`), library].map((path) => readFileSync(path, 'utf8'))
}
