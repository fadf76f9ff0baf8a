import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { startCluster } from '../../services/api/test/support/cluster.ts'
import { onExit } from './cleanup.ts'
import { parentOf } from './cpu.ts'
import type { RunSql } from './seed.ts'

/** Durable as by default (fsync and synchronous_commit on); only the cache is larger. */
export const serverSettings = ['shared_buffers=256MB']
/**
 * glibc then keeps what a statement gives back. Otherwise a connection returns it, and takes it anew for the next statement,
 * or does not, by what happens to lie above it: 200 µs of a write, of one build and not of another.
 */
const allocator = { MALLOC_TRIM_THRESHOLD_: '67108864', MALLOC_TOP_PAD_: '1048576' }
/** pgbench's 128 clients beside the service's pool. */
const MAX_CONNECTIONS = 200
const logSettings = ['logging_collector=on', 'log_destination=jsonlog', 'log_directory=log']

export interface Server {
  url: string
  port: number
  version: string
  postmaster: number
  run: RunSql
  /** A connection to another database of the server, made if it is not there. */
  openDatabase: (name: string) => Promise<BenchDatabase>
  /** The lines that the server has logged up to now. */
  log: () => LogLine[]
}

export interface LogLine {
  pid: number
  message: string
  detail?: string
}

/** One of the server's databases. */
export interface BenchDatabase {
  name: string
  url: string
  run: RunSql
}

/** A throwaway PostgreSQL from the system's binaries. */
export async function startServer(): Promise<Server> {
  // The server's programs take their environment from here.
  Object.assign(process.env, allocator)
  const cluster = await startCluster([
    ...serverSettings,
    ...logSettings,
    `max_connections=${MAX_CONNECTIONS}`,
  ])
  onExit(cluster.stop)
  const client = await connect(cluster.url)
  const show = async (sql: string) => String(Object.values((await client.query(sql)).rows[0] ?? {})[0])
  const folder = join(await show('show data_directory'), 'log')
  return {
    url: cluster.url,
    port: Number(new URL(cluster.url).port),
    version: await show('show server_version'),
    postmaster: parentOf(Number(await show('select pg_backend_pid()'))),
    run: (sql) => client.query(sql),
    async openDatabase(name) {
      await client.query(`create database "${name}"`)
      const url = new URL(cluster.url)
      url.pathname = name
      const other = await connect(url.href)
      return { name, url: url.href, run: (sql) => other.query(sql) }
    },
    log: () => readLog(folder),
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  // The server is stopped under it at the end.
  client.on('error', () => {})
  await client.connect()
  return client
}

function readLog(folder: string): LogLine[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  const lines = files.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
  return lines.filter((line) => line.endsWith('}')).map((line): LogLine => JSON.parse(line))
}

/** Runs a program to its end; throws with what it wrote if it fails. It is stopped if we are. */
export function runProgram(command: string, args: readonly string[], cwd?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd !== undefined && { cwd }),
    })
    const output: Buffer[] = []
    const errors: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
    onExit(() => void child.kill('SIGKILL'))
    child.on('error', (cause) =>
      reject(
        new Error(`${command} cannot be run: install it (Debian: apt-get install wrk postgresql)`, { cause }),
      ),
    )
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(output).toString())
      else
        reject(
          new Error(`${command} ended with ${code}:\n${Buffer.concat([...output, ...errors]).toString()}`),
        )
    })
  })
}
