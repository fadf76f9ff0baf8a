import { tokenOf } from './callers.ts'
import { runAndCleanUp } from './cleanup.ts'
import { type GroupName, groups } from './endpoints.ts'
import { type Answers, OpenLoad } from './open-load.ts'
import { keepApart } from './pin.ts'
import { type Overload, writeOverload } from './report.ts'
import { startServer } from './server.ts'
import { startTasklaneOn } from './subjects.ts'

const SECONDS = 6
/** Node compiles for so long what runs often; before, an answer costs several times as much. */
const WARM_SECONDS = 15
/** Enough to keep the service busy. */
const CLOSED_CONNECTIONS = 64
/** More than are in use while all is answered within the promise. */
const OPEN_CONNECTIONS = 3_000
/** A load that was later than this says more of itself than of the service. */
const MOST_LAG_MILLISECONDS = 25
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
  const cores = keepApart([service.pid, server.postmaster])
  const rows: Overload['rows'] = []
  for (const { name, group, request } of loads) {
    const requests = (await tokensOf(group)).map((token) => Buffer.from(request(token)))
    const next = () => requests[Math.floor(Math.random() * requests.length)] ?? Buffer.alloc(0)
    const load = await OpenLoad.open(service.url, next, OPEN_CONNECTIONS)
    await load.saturate(CLOSED_CONNECTIONS, WARM_SECONDS)
    const capacity = await load.saturate(CLOSED_CONNECTIONS, SECONDS)
    // Refusals are to be warm as well.
    await load.run(capacity * Math.max(...FACTORS), SECONDS / 2)
    for (const factor of FACTORS) {
      const answers = await load.run(capacity * factor, SECONDS)
      const row = { load: name, factor, capacity, ...summary(answers) }
      process.stdout.write(`${JSON.stringify(row)}\n`)
      rows.push(row)
    }
    load.close()
  }
  writeOverload({ started, database: `PostgreSQL ${server.version}`, cores, seconds: SECONDS, rows })
}

async function tokensOf(group: GroupName): Promise<string[]> {
  const { first, users } = groups[group]
  return Promise.all(Array.from({ length: users }, (_, number) => tokenOf(first + number)))
}

function summary({ accepted, refused, wrong, lags, seconds }: Answers) {
  const lag = percentile(lags, 0.99)
  return {
    offered: (accepted.length + refused.length + wrong) / seconds,
    accepted: accepted.length / seconds,
    refused: refused.length / seconds,
    wrong,
    p50: percentile(accepted, 0.5),
    p99: percentile(accepted, 0.99),
    refusedP99: percentile(refused, 0.99),
    lag,
    isVoid: lag > MOST_LAG_MILLISECONDS,
  }
}

function percentile(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? 0
}

await runAndCleanUp(overload)
