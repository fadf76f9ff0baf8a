import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { SignJWT } from 'jose'
import { onExit, runAndCleanUp } from './cleanup.ts'
import { memoryOf, processCpu, serverCpu } from './cpu.ts'
import { writeSyncReport } from './report.ts'
import { startServer } from './server.ts'
import { jwtSecret, type Service, startTasklane } from './service.ts'
import { type SyncReport, type Table, tableText } from './sync-report.ts'

/*
 * What a device costs that comes with nothing, and an account that comes with everything: the import of many tasks, how
 * long others wait meanwhile, and the first sync of them all.
 */

const { values: options } = parseArgs({
  options: { engine: { type: 'string' }, tasks: { type: 'string' }, against: { type: 'string' } },
})
const TASKS = Number(options.tasks ?? 100_000)
const LOOK_MILLISECONDS = 100

interface Way {
  name: string
  limit: number
  encoding?: 'gzip' | 'br'
}

/** The default page, the largest one before 5,000, and the largest one now as a client may ask for it. */
const ways: Way[] = [
  { name: 'as it was by default', limit: 100 },
  { name: 'as it was at most', limit: 500 },
  { name: 'now', limit: 5000 },
  { name: 'now', limit: 5000, encoding: 'gzip' },
  { name: 'now', limit: 5000, encoding: 'br' },
]

interface Subject {
  database: string
  service: Service
  /** CPU time of the service and its database, in seconds. */
  cpuSeconds: () => number
}

async function main(): Promise<void> {
  const report: SyncReport = { started: new Date(), tasks: TASKS, engines: [] }
  for (const start of options.engine === undefined ? [embedded, postgres] : [startOf(options.engine)]) {
    const { subject, tables } = await measure(await start())
    for (const table of tables) print(tableText(table))
    report.engines.push({ database: subject.database, tables })
  }
  // All of it, as it is: anything else is for a look.
  if (Object.keys(options).length === 0) writeSyncReport(report)
}

const startOf = (engine: string) => (engine === 'embedded' ? embedded : postgres)

async function measure(subject: Subject): Promise<{ subject: Subject; tables: Table[] }> {
  print(`## ${subject.database}: ${TASKS} tasks\n`)
  const token = await tokenOf(randomUUID())
  const tables = await measureImport(subject, token)
  const heads = ['first sync', 'page', 'encoding', 'requests', 'MB', 'seconds', 'CPU seconds']
  const rows: string[][] = []
  for (const way of ways) rows.push(await measureSync(subject, token, way))
  return { subject, tables: [...tables, { heads, rows }] }
}

async function embedded(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'tasklane-bench-'))
  onExit(() => rmSync(folder, { recursive: true }))
  const service = await startTasklane({ DATA_DIR: folder }, build())
  return { database: 'The embedded engine', service, cpuSeconds: () => processCpu(service.pid) / 1e6 }
}

async function postgres(): Promise<Subject> {
  const server = await startServer()
  const service = await startTasklane({ DATABASE_URL: server.url }, build())
  const cpuSeconds = () => (processCpu(service.pid) + serverCpu(server.postmaster)) / 1e6
  return { database: `PostgreSQL ${server.version}`, service, cpuSeconds }
}

const build = () => (options.against === undefined ? {} : { build: options.against })

function tokenOf(userId: string): Promise<string> {
  return new SignJWT({ sub: userId })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(jwtSecret))
}

/** An export of somebody else, some 200 bytes a line. */
function exportText(): string {
  const at = (index: number) => new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString()
  const head = { type: 'export', version: 1, user_id: randomUUID(), exported_at: at(0) }
  const tasks = Array.from({ length: TASKS }, (_, index) => ({
    ...{ type: 'task', id: randomUUID(), title: `Task ${index}`, description: `Number ${index} of many` },
    ...{ completed: index % 3 === 0, created_at: at(index), updated_at: at(index), deleted_at: null },
  }))
  return [head, ...tasks, { type: 'end', count: TASKS }].map((line) => `${JSON.stringify(line)}\n`).join('')
}

async function measureImport({ service, cpuSeconds }: Subject, token: string): Promise<Table[]> {
  const [stranger, text] = [await tokenOf(randomUUID()), exportText()]
  const [own, others] = [new Probe(service, token), new Probe(service, stranger)]
  for (const probe of [own, others]) await probe.look()
  let mebibytes = memoryOf(service.pid)
  const before = mebibytes
  const watch = setInterval(() => {
    mebibytes = Math.max(mebibytes, memoryOf(service.pid))
  }, LOOK_MILLISECONDS)
  const [start, cpu] = [performance.now(), cpuSeconds()]
  const probing = [own.run(), others.run()]
  const answer = await ask(
    service,
    'POST',
    '/me/import',
    token,
    { 'content-type': 'application/x-ndjson' },
    text,
  )
  const seconds = (performance.now() - start) / 1000
  for (const probe of [own, others]) probe.stop()
  await Promise.all(probing)
  clearInterval(watch)
  if (answer.status !== 200) throw new Error(`The import was answered with ${answer.status}: ${answer.body}`)
  const memory = `${before.toFixed(0)}, ${mebibytes.toFixed(0)} MiB`
  const spent = (cpuSeconds() - cpu).toFixed(1)
  return [
    {
      heads: ['import', 'MB', 'seconds', 'CPU seconds', 'memory before, at most'],
      rows: [[`${TASKS} tasks`, megabytes(text.length), seconds.toFixed(1), spent, memory]],
    },
    {
      heads: ['meanwhile', 'requests', 'longest wait, seconds', 'answers'],
      rows: [own.report('the same user'), others.report('another user')],
    },
  ]
}

/** Somebody who creates a task and reads the list, again and again. */
class Probe {
  readonly #service: Service
  readonly #token: string
  readonly #statuses = new Map<string, number>()
  #longest = 0
  #requests = 0
  #isOver = false

  constructor(service: Service, token: string) {
    this.#service = service
    this.#token = token
  }

  async run(): Promise<void> {
    while (!this.#isOver) {
      await this.look()
      await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS))
    }
  }

  stop(): void {
    this.#isOver = true
  }

  async look(): Promise<void> {
    await this.#time('POST', '/tasks', '{"title":"Meanwhile"}')
    await this.#time('GET', '/tasks')
  }

  report(who: string): string[] {
    const answers = [...this.#statuses].map(([status, count]) => `${status}: ${count}`).join(', ')
    return [who, String(this.#requests), (this.#longest / 1000).toFixed(2), answers]
  }

  async #time(method: string, path: string, body?: string): Promise<void> {
    const start = performance.now()
    const { status } = await ask(this.#service, method, path, this.#token, json, body)
    this.#longest = Math.max(this.#longest, performance.now() - start)
    this.#requests += 1
    const name = `${method} ${status}`
    this.#statuses.set(name, (this.#statuses.get(name) ?? 0) + 1)
  }
}

const json = { 'content-type': 'application/json' }

interface Page {
  changes: unknown[]
  next: string
  has_more: boolean
}

async function measureSync({ service, cpuSeconds }: Subject, token: string, way: Way): Promise<string[]> {
  const { name, limit, encoding } = way
  const headers = encoding === undefined ? {} : { 'accept-encoding': encoding }
  const [start, cpu] = [performance.now(), cpuSeconds()]
  let [requests, bytes, changes, since] = [0, 0, 0, '']
  for (let hasMore = true; hasMore; ) {
    const answer = await ask(service, 'GET', `/tasks/changes?limit=${limit}${since}`, token, headers)
    requests += 1
    bytes += answer.body.length
    const page: Page = JSON.parse(plain(answer.body, encoding).toString())
    changes += page.changes.length
    since = `&since=${page.next}`
    hasMore = page.has_more
  }
  if (changes < TASKS) throw new Error(`${changes} changes came`)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  const spent = (cpuSeconds() - cpu).toFixed(1)
  return [name, String(limit), encoding ?? 'none', String(requests), megabytes(bytes), seconds, spent]
}

function plain(body: Buffer, encoding: Way['encoding']): Buffer {
  if (encoding === 'gzip') return gunzipSync(body)
  return encoding === 'br' ? brotliDecompressSync(body) : body
}

const agent = new Agent({ keepAlive: true })

/** With the bytes as they came. */
function ask(
  service: Service,
  method: string,
  path: string,
  token: string,
  headers: Record<string, string>,
  body?: string,
): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const sent = { agent, method, headers: { authorization: `Bearer ${token}`, ...headers } }
    request(service.url + path, sent, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }))
    })
      .on('error', reject)
      .end(body)
  })
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1)

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

await runAndCleanUp(() => main().finally(() => agent.destroy()))
