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
import { startServer } from './server.ts'
import { jwtSecret, type Service, startTasklane } from './service.ts'

/*
 * What a device costs that comes with nothing, and an account that comes with everything: the import of many tasks, how
 * long others wait meanwhile, and the first sync of them all.
 */

const { values: options } = parseArgs({
  options: {
    engine: { type: 'string', default: 'embedded' },
    tasks: { type: 'string', default: '100000' },
    against: { type: 'string' },
  },
})
const TASKS = Number(options.tasks)
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
  service: Service
  /** CPU time of the service and its database, in seconds. */
  cpuSeconds: () => number
}

async function main(): Promise<void> {
  const subject = options.engine === 'embedded' ? await embedded() : await postgres()
  const token = await tokenOf(randomUUID())
  print(`## ${options.engine}: ${TASKS} tasks\n`)
  await measureImport(subject, token)
  print('\n| first sync | page | encoding | requests | MB | seconds | CPU seconds |')
  print('| --- | ---: | --- | ---: | ---: | ---: | ---: |')
  for (const way of ways) await measureSync(subject, token, way)
}

async function embedded(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'tasklane-bench-'))
  onExit(() => rmSync(folder, { recursive: true }))
  const service = await startTasklane({ DATA_DIR: folder }, build())
  return { service, cpuSeconds: () => processCpu(service.pid) / 1e6 }
}

async function postgres(): Promise<Subject> {
  const server = await startServer()
  const service = await startTasklane({ DATABASE_URL: server.url }, build())
  return { service, cpuSeconds: () => (processCpu(service.pid) + serverCpu(server.postmaster)) / 1e6 }
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

async function measureImport({ service, cpuSeconds }: Subject, token: string): Promise<void> {
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
  print('| import | MB | seconds | CPU seconds | memory before, at most |')
  print('| --- | ---: | ---: | ---: | ---: |')
  const memory = `${before.toFixed(0)}, ${mebibytes.toFixed(0)} MiB`
  print(
    `| | ${megabytes(text.length)} | ${seconds.toFixed(1)} | ${(cpuSeconds() - cpu).toFixed(1)} | ${memory} |`,
  )
  print('\n| meanwhile | requests | longest wait, seconds | answers |\n| --- | ---: | ---: | --- |')
  print(own.report('the same user'))
  print(others.report('another user'))
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

  report(who: string): string {
    const answers = [...this.#statuses].map(([status, count]) => `${status}: ${count}`).join(', ')
    return `| ${who} | ${this.#requests} | ${(this.#longest / 1000).toFixed(2)} | ${answers} |`
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

async function measureSync({ service, cpuSeconds }: Subject, token: string, way: Way): Promise<void> {
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
  print(
    `| ${name} | ${limit} | ${encoding ?? 'none'} | ${requests} | ${megabytes(bytes)} | ${seconds} | ${spent} |`,
  )
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
