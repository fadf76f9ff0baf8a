import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onExit } from './cleanup.ts'
import { serverCpu } from './cpu.ts'
import type { Sample } from './measure.ts'
import type { PgbenchScript } from './recording.ts'
import { runProgram, type Server } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'tasklane-pgbench-'))
onExit(() => rmSync(folder, { recursive: true }))

/** What it costs the server to open this many connections, which no request of ours pays. */
const connectCosts = new Map<number, Promise<number>>()

export interface PgbenchLoad {
  /** The name of the database. */
  database: string
  script: PgbenchScript
  clients: number
  seconds: number
  firstToDelete: number
}

/** The limit: PostgreSQL alone, doing the same statements for the same number of clients. */
export async function runPgbench(
  server: Server,
  { database, script, clients, seconds, firstToDelete }: PgbenchLoad,
): Promise<Sample> {
  const connecting = connectCosts.get(clients) ?? measureConnecting(server, clients)
  connectCosts.set(clients, connecting)
  const connectCost = await connecting
  for (const name of readdirSync(folder)) rmSync(join(folder, name))
  const file = join(folder, 'script.sql')
  writeFileSync(file, script.text)
  const variables = { ...script.constants, k: '-1', clients: String(clients), first: String(firstToDelete) }
  const sampling = clients === 1 ? '1' : '0.1'
  const before = serverCpu(server.postmaster)
  const output = await runProgram(
    'pgbench',
    [
      ...connection(server, clients),
      ...[
        '-f',
        file,
        '-T',
        String(seconds + connectingSeconds(clients)),
        '--log',
        `--sampling-rate=${sampling}`,
        `--log-prefix=${join(folder, 'log')}`,
      ],
      ...Object.entries(variables).map(([name, value]) => `-D${name}=${value}`),
      database,
    ],
    folder,
  )
  const cpu = serverCpu(server.postmaster) - before - connectCost
  const transactions = numberIn(output, /transactions actually processed: (\d+)/)
  return {
    requestsPerSecond: numberIn(output, /tps = ([\d.]+)/),
    ...percentiles(),
    apiCpu: 0,
    databaseCpu: Math.max(0, cpu) / transactions,
  }
}

/** Its clock runs while its clients connect and prepare, which for many of them takes long. */
function connectingSeconds(clients: number): number {
  return Math.floor(clients / 32)
}

function connection(server: Server, clients: number): string[] {
  const { port } = server
  return [
    '-h',
    '127.0.0.1',
    '-p',
    `${port}`,
    '-U',
    'postgres',
    '-n',
    '-M',
    'prepared',
    '-c',
    `${clients}`,
    '-j',
    `${Math.min(2, clients)}`,
  ]
}

/** The least of three: other work of the server would count as connecting, and make a request seem free. */
async function measureConnecting(server: Server, clients: number): Promise<number> {
  const file = join(folder, 'connect.sql')
  writeFileSync(file, 'select 1;\n')
  const costs: number[] = []
  for (let time = 0; time < 3; time += 1) {
    const before = serverCpu(server.postmaster)
    await runProgram('pgbench', [...connection(server, clients), '-f', file, '-t', '1', 'postgres'], folder)
    costs.push(serverCpu(server.postmaster) - before)
  }
  return Math.min(...costs)
}

/** Third field of each line of pgbench's log: the transaction's time in microseconds. */
function percentiles(): { p50: number; p95: number; p99: number } {
  const lines = readdirSync(folder)
    .filter((name) => name.startsWith('log'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
  const times = lines.map((line) => Number(line.split(' ')[2]) / 1000).filter((time) => time > 0)
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

function numberIn(output: string, pattern: RegExp): number {
  const match = pattern.exec(output)
  if (match === null) throw new Error(`pgbench wrote no ${pattern.source}:\n${output}`)
  return Number(match[1])
}
