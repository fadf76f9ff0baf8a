import { tokenOf } from './callers.ts'
import { runAndCleanUp } from './cleanup.ts'
import { type GroupName, groups } from './endpoints.ts'
import { type Answers, OpenLoad } from './open-load.ts'
import { type Overload, writeOverload } from './report.ts'
import { startServer } from './server.ts'
import { startTasklaneOn } from './subjects.ts'

const SECONDS = 6
const CONNECTIONS = 32
const FACTORS = [0.5, 1, 2]
const head = (method: string, token: string) =>
  `${method} /tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n`
const body = '{"title":"Buy milk and bread","description":"At the corner shop"}'

const loads: readonly { name: string; group: GroupName; request: (token: string) => string }[] = [
  { name: 'GET list of 20', group: 'readers', request: (token) => `${head('GET', token)}\r\n` },
  {
    name: 'POST',
    group: 'posted',
    request: (token) =>
      `${head('POST', token)}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  },
]

/** What becomes of more requests than can be answered: how long those that are taken wait, and how many are not. */
async function overload(): Promise<void> {
  const started = new Date()
  const server = await startServer()
  const { service } = await startTasklaneOn(server)
  const rows: Overload['rows'] = []
  for (const { name, group, request } of loads) {
    const tokens = await tokensOf(group)
    const next = () => request(tokens[Math.floor(Math.random() * tokens.length)] ?? '')
    const warm = new OpenLoad(service.url, next)
    await warm.saturate(CONNECTIONS, SECONDS)
    const capacity = await warm.saturate(CONNECTIONS, SECONDS)
    warm.close()
    for (const factor of FACTORS) {
      const load = new OpenLoad(service.url, next)
      const answers = await load.run(capacity * factor, SECONDS)
      load.close()
      const row = { load: name, factor, capacity, ...summary(answers) }
      process.stdout.write(`${JSON.stringify(row)}\n`)
      rows.push(row)
    }
  }
  writeOverload({ started, database: `PostgreSQL ${server.version}`, seconds: SECONDS, rows })
}

async function tokensOf(group: GroupName): Promise<string[]> {
  const { first, users } = groups[group]
  return Promise.all(Array.from({ length: users }, (_, number) => tokenOf(first + number)))
}

function summary({ accepted, refused, wrong, seconds }: Answers) {
  const sorted = accepted.toSorted((a, b) => a - b)
  const percentile = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0
  const refusedSorted = refused.toSorted((a, b) => a - b)
  return {
    offered: (accepted.length + refused.length + wrong) / seconds,
    accepted: accepted.length / seconds,
    refused: refused.length / seconds,
    wrong,
    p50: percentile(0.5),
    p99: percentile(0.99),
    refusedP99: refusedSorted[Math.floor(refused.length * 0.99)] ?? 0,
  }
}

await runAndCleanUp(overload)
